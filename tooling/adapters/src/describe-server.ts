import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { randomBytes } from "node:crypto";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectionCases } from "./cases/connections.js";
import { downloadCases, lengthCases } from "./cases/downloads.js";
import { refusalCases } from "./cases/refusals.js";
import { resetCases } from "./cases/resets.js";
import { streamingCases } from "./cases/streaming.js";
import { uploadCases } from "./cases/uploads.js";
import type { ServerCase, Site } from "./server-case.js";
import { startServer } from "./server-process.js";
import type { ServerProgram } from "./server-process.js";

const cases: readonly ServerCase[] = [
  ...uploadCases,
  ...downloadCases,
  ...refusalCases,
  ...connectionCases,
  ...streamingCases,
  ...resetCases,
];

/** How a server differs from the others. */
export interface ServerTraits {
  /** It has the route `POST /greeting` beside the uploads, behind its own body parser. */
  readonly hasOwnRoute?: boolean;
  /** It drops the `Content-Length` of an answer, as Next does with route handlers. */
  readonly hidesLength?: boolean;
}

/**
 * The table of cases against a server in a process of its own, which mounts `@stowage/protocol-native` at /uploads and
 * `@stowage/protocol-cloudreve` at /api/v4, knows one owner by a bearer token, and allows pages of https://app.example.
 */
export function describeServer(name: string, program: ServerProgram, traits: ServerTraits = {}): void {
  describe(name, () => {
    let site: Site;
    beforeAll(async () => {
      const folder = await realpath(await mkdtemp(join(tmpdir(), "stowage-adapter-")));
      const settings = { folder, token: randomBytes(16).toString("hex"), signingKey: randomBytes(32).toString("hex") };
      const server = await startServer(program, settings);
      site = { server, folder, token: settings.token, url: `http://127.0.0.1:${server.port}` };
    }, 60_000);
    afterAll(async () => {
      await site.server.stop();
      await rm(site.folder, { recursive: true, force: true, maxRetries: 3 });
    }, 30_000);

    test.each([...(traits.hidesLength === true ? [] : lengthCases), ...cases])(
      "$name",
      ({ run }) => run(site),
      120_000,
    );

    if (traits.hasOwnRoute === true)
      test("the app's own routes keep their body parser", async () => {
        const headers = { "content-type": "application/json" };
        const answer = await fetch(`${site.url}/greeting`, { method: "POST", headers, body: '{"name":"ada"}' });
        expect(await answer.json()).toEqual({ hello: "ada" });
      });

    test("it ends when it is asked to, and never had an uncaught error", async () => {
      expect(site.server.complaints()).toBe("");
      expect(await site.server.stop()).toBe(program.exitCode ?? 0);
      expect(site.server.complaints()).toBe("");
    }, 30_000);
  });
}
