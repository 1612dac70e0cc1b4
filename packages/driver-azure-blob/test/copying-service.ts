import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { AzureServer } from "@stowage/servers";

/** Azurite with Put Block From URL, which it lacks: a proxy that does that call with Azurite's own Get Blob and Put Block. */
export interface CopyingService {
  readonly server: AzureServer;
  /** Blocks that were copied. */
  copies(): number;
  close(): Promise<void>;
}

/**
 * As the service does it: the source is read by the URL that it was given, within its range and under its condition, and the
 * block is written with the rights of the request.
 */
export async function copyingService(behind: AzureServer): Promise<CopyingService> {
  let copies = 0;
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = "GET", url = "/" } = request;
    const from = request.headers["x-ms-copy-source"];
    const headers = plain(request);
    let body = await collect(request);
    if (typeof from === "string" && url.includes("comp=block&")) {
      const range = String(headers["x-ms-source-range"]);
      const source = await fetch(from, { headers: { range, "if-match": String(headers["x-ms-source-if-match"]) } });
      const bytes = Buffer.from(await source.arrayBuffer());
      if (!source.ok) {
        const code = source.headers.get("x-ms-error-code") ?? "";
        response.writeHead(source.status, { "x-ms-error-code": code }).end();
        return;
      }
      body = bytes;
      copies += 1;
      for (const name of Object.keys(headers)) if (/^x-ms-(?:copy-)?source/.test(name)) delete headers[name];
    }
    const sent = method === "GET" || method === "HEAD" ? {} : { body: new Uint8Array(body) };
    const answer = await fetch(`${behind.endpoint}${url}`, { method, headers, ...sent });
    const isKept = (name: string): boolean => !hopByHop.has(name) || (method === "HEAD" && name === "content-length");
    const answered = Object.fromEntries([...answer.headers].filter(([name]) => isKept(name)));
    response.writeHead(answer.status, answered);
    response.end(method === "HEAD" ? "" : Buffer.from(await answer.arrayBuffer()));
  };
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const serviceUrl = behind.serviceUrl.replace(behind.endpoint, endpoint);
  return {
    server: { ...behind, endpoint, serviceUrl },
    copies: () => copies,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const hopByHop = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "content-encoding",
  "host",
  "content-length",
]);

function plain({ headers }: IncomingMessage): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !hopByHop.has(name) && name !== "expect");
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

async function collect(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces);
}
