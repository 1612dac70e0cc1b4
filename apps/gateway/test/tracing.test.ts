import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { gatewayProcess, killAll } from "./gateway-process.js";
import { policies } from "./options/proof.js";
import { ask, closeAll, open, run, upload } from "./running-gateway.js";
import { recordSpans, treesOf } from "./tracing/recorded-spans.js";

const recorded = recordSpans();

let url = "";
let folder = "";
beforeEach(async () => {
  ({ url, folder } = await run((made) => ({ policies: policies(made) })));
  await settled();
});
afterEach(closeAll);

/** All spans since the last call, once those of answers that the client already has are ended. */
async function settled(): Promise<readonly ReadableSpan[]> {
  await sleep(100);
  const spans = recorded.getFinishedSpans();
  recorded.reset();
  return spans;
}

const named = (spans: readonly ReadableSpan[], name: string): ReadableSpan => {
  const found = spans.find((span) => span.name === name);
  if (found === undefined) throw new Error(`no span ${name} in ${spans.map((span) => span.name).join(", ")}`);
  return found;
};

describe("spans", () => {
  test("of an upload: its requests, what they ask of the engine, and what that asks of the backend", async () => {
    await upload(url, "/a", Buffer.from("bytes"));
    const spans = await settled();
    expect(treesOf(spans)).toEqual([
      ["POST /uploads", expect.arrayContaining([["upload create", [["local begin", []]]]])],
      [
        "PUT /uploads",
        expect.arrayContaining([
          [
            "upload write",
            expect.arrayContaining([
              ["local write", []],
              ["local complete", []],
              ["catalog publish", []],
            ]),
          ],
        ]),
      ],
    ]);
    const write = named(spans, "upload write");
    expect(write.events.map(({ name, attributes }) => [name, attributes])).toEqual([
      ["chunk.stored", { "stowage.range.start": 0, "stowage.range.end": 5 }],
      ["upload.completed", { "stowage.protocol": "native", "stowage.policy": "a", "stowage.size": 5 }],
    ]);
    expect(named(spans, "local write")).toMatchObject({
      kind: SpanKind.CLIENT,
      attributes: { "stowage.driver": "local", "stowage.policy": "a", "stowage.operation": "write" },
    });
  });

  test("of a completion that is asked for", async () => {
    const { body } = await open(url, "/a", 0);
    await ask(url, "POST", `/uploads/sessions/${String(body["id"])}/complete`);
    const names = (await settled()).map(({ name }) => name);
    expect(names).toContain("upload complete");
  });

  test("have the attributes of the conventions, and nothing secret", async () => {
    const answer = await ask(url, "GET", "/uploads/sessions/0123456789abcdef0123?token=zz-secret", {
      headers: { "user-agent": "tester/1", "x-request-id": "request-1", authorization: "Bearer zz-secret" },
    });
    const [span] = (await settled()).filter(({ kind }) => kind === SpanKind.SERVER);
    expect(span?.name).toBe("GET /uploads");
    expect(span?.attributes).toEqual({
      "http.request.method": "GET",
      "http.response.status_code": answer.status,
      "http.request.body.size": 0,
      "http.response.body.size": Number(answer.headers.get("content-length")),
      "server.address": "127.0.0.1",
      "stowage.answer.whole": true,
      "stowage.protocol": "native",
      "stowage.request_id": "request-1",
      "url.path": "/uploads/sessions/0123456789abcdef0123",
      "user_agent.original": "tester/1",
    });
  });

  test("do not show the secret that a callback has in its path", async () => {
    await ask(url, "GET", "/api/v4/callback/s3/an-upload/zz-secret");
    const [span] = (await settled()).filter(({ kind }) => kind === SpanKind.SERVER);
    expect(span?.attributes["url.path"]).toBe("/api/v4/callback/s3/an-upload/…");
  });

  test("go on with the trace of the caller", async () => {
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    await ask(url, "GET", "/uploads/usage", { headers: { traceparent } });
    const spans = await settled();
    expect(spans.map(({ name }) => name)).toEqual(["upload usage", "GET /uploads"]);
    for (const span of spans) expect(span.spanContext().traceId).toBe("4bf92f3577b34da6a3ce929d0e0e4736");
    expect(named(spans, "GET /uploads").parentSpanContext?.spanId).toBe("00f067aa0ba902b7");
    await ask(url, "GET", "/uploads/usage", { headers: { traceparent: "00-nonsense" } });
    expect(named(await settled(), "GET /uploads").parentSpanContext).toBeUndefined();
  });

  test("tell of a failure its code, and of a refusal that it is none of ours", async () => {
    await upload(url, "/a", Buffer.from("bytes"));
    await rm(join(folder, "a"), { recursive: true });
    await settled();
    await ask(url, "GET", "/uploads/files/content?path=/a");
    const spans = await settled();
    for (const name of ["local read", "upload read"]) {
      expect(named(spans, name)).toMatchObject({
        attributes: { "error.type": "BACKEND_UNAVAILABLE" },
        status: { code: SpanStatusCode.ERROR, message: "BACKEND_UNAVAILABLE" },
        events: [],
      });
    }
    expect(named(spans, "GET /uploads")).toMatchObject({
      attributes: { "error.type": "503" },
      status: { code: SpanStatusCode.ERROR },
    });
    await ask(url, "GET", "/uploads/sessions/nowhere");
    const refused = await settled();
    expect(named(refused, "upload status").attributes["error.type"]).toBe("SESSION_NOT_FOUND");
    expect(named(refused, "GET /uploads").status.code).toBe(SpanStatusCode.UNSET);
  });
});

describe("an SDK that the operator brings by NODE_OPTIONS", () => {
  let data = "";
  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), "stowage-spans-"));
  });
  afterEach(async () => {
    await killAll();
    await rm(data, { recursive: true });
  });

  test("has all spans by the end of a drain, also those that it had not sent yet", async () => {
    const file = join(data, "spans");
    const sdk = pathToFileURL(join(import.meta.dirname, "tracing/spans-to-file.mjs")).href;
    const environment = { NODE_OPTIONS: `--import ${sdk}`, SPANS_FILE: file };
    const gateway = gatewayProcess(["--port", "0", "--data", join(data, "data")], environment);
    await upload(await gateway.ready, "/a", Buffer.from("bytes"));
    await expect(readFile(file)).rejects.toThrow("ENOENT");
    gateway.kill("SIGTERM");
    expect(await gateway.ended).toMatchObject({ code: 0, stderr: "" });
    const names = (await readFile(file, "utf8")).split("\n");
    expect(names).toEqual(expect.arrayContaining(["POST /uploads", "upload write", "local write", "PUT /uploads"]));
  });
});
