import { openBackend } from "./store.js";
import type { Backend, Fault } from "./store.js";

/** What a slice that is not the last, or that breaks off, is kept in multiples of. GCS has 256 KiB. */
const grain = 256;

/**
 * One URL that takes `Content-Range` slices in order. `gcs`: 308 with `Range`, and a question by an empty PUT.
 * `onedrive`: 202 with `nextExpectedRanges`, a question by GET, 416 for a slice out of order.
 */
export function resumableRanges(dialect: "gcs" | "onedrive", nextFault: () => Fault = () => null): Promise<Backend> {
  let kept = Buffer.alloc(0);
  const rangeOf = (field = ""): { start: number; end: number; size: number } | null => {
    const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(field);
    return match === null ? null : { start: Number(match[1]), end: Number(match[2]) + 1, size: Number(match[3]) };
  };
  return openBackend("ranges", {
    nextFault,
    grant: (url, target) => ({
      kind: "ranges",
      completion: { by: "backend" },
      request: {
        method: "PUT",
        url: `${url}/session/${target.sessionId}`,
        headers: { "x-session": "yes" },
        expiresAt: Date.now() + 60_000,
      },
    }),
    broken: (request, body) => {
      const range = rangeOf(request.headers["content-range"]);
      if (range?.start !== kept.length) return;
      kept = Buffer.concat([kept, body.subarray(0, body.length - (body.length % grain))]);
    },
    serve: (store) => async (request, body, response) => {
      const size = store.target().size ?? 0;
      const tell = (): void => {
        if (kept.length === size) return void response.writeHead(dialect === "gcs" ? 200 : 201).end("{}");
        if (dialect === "gcs") {
          const range = kept.length === 0 ? {} : { range: `bytes=0-${kept.length - 1}` };
          return void response.writeHead(308, range).end();
        }
        const status = request.method === "GET" ? 200 : 202;
        response.writeHead(status).end(JSON.stringify({ nextExpectedRanges: [`${kept.length}-${size - 1}`] }));
      };
      if (request.headers.authorization !== undefined) return void response.writeHead(401).end();
      if (dialect === "onedrive" && request.method === "GET") return tell();
      const field = request.headers["content-range"];
      if (dialect === "gcs" && field === `bytes */${size}` && body.length === 0) return tell();
      const range = rangeOf(field);
      if (request.headers["x-session"] !== "yes" || range === null || range.size !== size)
        return void response.writeHead(400).end();
      if (range.end - range.start !== body.length) return void response.writeHead(400).end();
      if (range.start !== kept.length) return dialect === "gcs" ? tell() : void response.writeHead(416).end();
      const isLast = range.end === size;
      kept = Buffer.concat([kept, isLast ? body : body.subarray(0, body.length - (body.length % grain))]);
      if (kept.length === size) {
        await store.write(0, kept);
        await store.finish();
      }
      tell();
    },
  });
}
