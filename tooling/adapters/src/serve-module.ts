// The child process of `sourceProgram`: serves until SIGTERM, and then ends by itself where nothing is left open.
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

interface At {
  readonly port: number;
  readonly host: string;
}

/** A server of `node:http`, one of ours, or Fastify's. */
type Serving =
  | Server
  | { readonly http: Server; listen(at: At): unknown; close(times: { graceMs: number }): unknown }
  | { readonly server: Server; listen(at: At): unknown; close(): unknown };

interface Module {
  readonly uploadServer: (folder: string, keys: { token: string; signingKey: string }) => Promise<Serving>;
}

const { UPLOADS_FOLDER: folder = "", UPLOADS_TOKEN: token = "", UPLOADS_SIGNING_KEY: signingKey = "" } = process.env;
const { uploadServer } = (await import(process.argv[2] ?? "")) as Module;
const serving = await uploadServer(folder, { token, signingKey });
const http = "http" in serving ? serving.http : "server" in serving ? serving.server : serving;
void serving.listen({ port: 0, host: "127.0.0.1" });
if (!http.listening) await once(http, "listening");
process.once("SIGTERM", () => {
  if ("http" in serving) serving.close({ graceMs: 1000 });
  else serving.close();
});
process.stdout.write(`listens on ${(http.address() as AddressInfo).port}\n`);
