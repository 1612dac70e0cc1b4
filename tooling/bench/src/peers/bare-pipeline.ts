import { createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { serve } from "./serve.js";

// What anybody writes first: no sessions that outlive the process, no checks, no checksum. A floor, not a product.
const folder = process.argv[2] ?? ".";
let made = 0;

serve(
  createServer((request, response) => {
    answer(request).then(
      ({ status, headers = {} }) => response.writeHead(status, { ...headers, "content-length": 0 }).end(),
      () => response.destroy(),
    );
  }),
);

async function answer(
  request: IncomingMessage,
): Promise<{ readonly status: number; readonly headers?: Readonly<Record<string, string>> }> {
  if (request.method === "POST") {
    const name = String(made++);
    await (await open(join(folder, name), "wx")).close();
    return { status: 201, headers: { location: `/files/${name}` } };
  }
  const [, name = "none"] = /^\/files\/(\d+)$/.exec(request.url ?? "") ?? [];
  const [, start = "0"] = /^bytes (\d+)-/.exec(request.headers["content-range"] ?? "") ?? [];
  await pipeline(request, createWriteStream(join(folder, name), { flags: "r+", start: Number(start) }));
  return { status: 204 };
}
