import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { byteBudget, type CallOptions, fromStream, type Receipt, type UploadTarget } from "@stowage/core";
import { nodeRuntime } from "@stowage/core/node";
import { azureBlob, type AzureBlobOptions } from "../src/index.js";

// A server as small as can be: each PUT is an upload of one chunk, each POST is read and thrown away. It writes its port to
// stdout, and ends with stdin.
const runtime = nodeRuntime({ memory: byteBudget(64 * 1024 * 1024) });
const driver = azureBlob(JSON.parse(process.argv[2] ?? "{}") as AzureBlobOptions, runtime);
const calm: CallOptions = { signal: new AbortController().signal };

const listener = createServer({ highWaterMark: 256 * 1024 }, (request, response) => {
  (request.method === "POST" ? discard(request) : receive(request)).then(
    (receipt) => response.end(JSON.stringify(receipt)),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
listener.listen(0, "127.0.0.1", () => process.stdout.write(`${(listener.address() as AddressInfo).port}\n`));
process.stdin.resume().once("end", () => process.exit());

/** With a length: a planned chunk. Without: one that ends when it ends. */
async function receive(request: IncomingMessage): Promise<Receipt> {
  const length = request.headers["content-length"];
  const size = length === undefined ? null : Number(length);
  const plan = size === null ? null : { size, chunkSize: size, count: 1 };
  const key = (request.url ?? "/").slice(1);
  const life = { sessionId: randomUUID(), expiresAt: Date.now() + 3_600_000 };
  const target: UploadTarget = { ...life, key, size, plan, contentType: "x/y", metadata: {} };
  const sink = driver.sink(await driver.begin(target, calm), target);
  const isSized = size !== null;
  const chunk = { offset: 0, index: isSized ? 0 : null, isLast: isSized, whole: isSized, attempt: randomUUID() };
  const receipt = await sink.write({ ...chunk, body: fromStream(request, size) }, calm);
  await sink.complete([receipt], calm);
  return receipt;
}

async function discard(request: IncomingMessage): Promise<{ readonly size: number }> {
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) size += piece.byteLength;
  return { size };
}
