import { expect } from "@jest/globals";
import { stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gatewayProcess } from "../gateway-process.js";
import { ask, run, upload } from "../running-gateway.js";
import { aliceToken, people } from "./proof.js";
import type { Proofs } from "./proof.js";

export const listenProofs: Proofs = {
  "listen.host": async () => {
    expect((await run({ listen: { host: "127.0.0.2" } })).url).toMatch(/^http:\/\/127\.0\.0\.2:/);
    expect((await run()).url).toMatch(/^http:\/\/127\.0\.0\.1:/);
  },
  "listen.port": async () => {
    const port = await freePort();
    const given = await run((folder) => ({ listen: { port }, data: join(folder, "data") }), { overrides: {} });
    expect(new URL(given.url).port).toBe(String(port));
  },
  "listen.publicOrigin": async () => {
    const urlOf = async (listen: object): Promise<string> => {
      const { url } = await run({ ...people, listen });
      await upload(url, "/a", Buffer.from("a"), { token: aliceToken });
      const { body } = await ask(url, "POST", "/api/v4/file/url", {
        token: aliceToken,
        json: { uris: ["cloudreve://my/a"] },
      });
      return (body["data"] as { urls: { url: string }[] }).urls[0]?.url ?? "";
    };
    expect(await urlOf({ publicOrigin: "https://files.example" })).toMatch(/^https:\/\/files\.example\/api\/v4\//);
    expect(await urlOf({})).toMatch(/^http:\/\/127\.0\.0\.1:/);
  },
  data: async () => {
    const { folder } = await run((made) => ({ data: join(made, "elsewhere") }), { overrides: { port: 0 } });
    for (const name of ["stowage.db", "accounts.db", "signing.key"]) {
      expect((await stat(join(folder, "elsewhere", name))).isFile()).toBe(true);
    }
  },
  log: async () => {
    const linesOf = async (log: string): Promise<string> => {
      const { folder } = await run();
      const file = join(folder, "other.yaml");
      await writeFile(file, `log: ${log}\ndata: ${join(folder, "other")}\nlisten: { port: 0 }\n`);
      const gateway = gatewayProcess(["--config", file]);
      await ask(await gateway.ready, "GET", "/uploads/usage");
      gateway.kill("SIGTERM");
      return (await gateway.ended).stderr;
    };
    expect(await linesOf("info")).toContain('"path":"/uploads/usage"');
    expect(await linesOf("warn")).toBe("");
  },
};

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
