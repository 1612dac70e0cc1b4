import { createReadStream } from "node:fs";
import { Agent, request } from "node:http";
import { pipeline } from "node:stream/promises";

/** A request of a load. */
export interface Outgoing {
  readonly method: string;
  readonly path: string;
  /** Absent: where chunks go. */
  readonly port?: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  /** The body: this text, or else this half-open range of the source. */
  readonly text?: string;
  readonly range?: { readonly start: number; readonly end: number };
}

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly location: string;
  readonly body: string;
}

/** Kept-alive connections, and what they carried. */
export interface Connection {
  readonly bytes: number;
  /** Of each request, in the order of the answers. */
  readonly latenciesMs: readonly number[];
  send(outgoing: Outgoing): Promise<Answer>;
  close(): void;
}

/** As many connections as are used at once. `chunkPort`: where chunks go. */
export function connection(chunkPort: number, source: string): Connection {
  const agent = new Agent({ keepAlive: true });
  const latenciesMs: number[] = [];
  let bytes = 0;
  const send = ({ method, path, port = chunkPort, headers = {}, text = "", range }: Outgoing): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const length = range === undefined ? Buffer.byteLength(text) : range.end - range.start;
      const startedAt = performance.now();
      const where = { agent, host: "127.0.0.1", port, method, path, headers: { ...headers, "content-length": length } };
      const outgoing = request(where, (incoming) => {
        let body = "";
        incoming.setEncoding("utf8").on("data", (piece: string) => (body += piece));
        incoming.on("error", reject).on("end", () => {
          latenciesMs.push(performance.now() - startedAt);
          resolve({ status: incoming.statusCode ?? 0, location: incoming.headers.location ?? "", body });
        });
      });
      outgoing.on("error", reject);
      if (range === undefined) return void outgoing.end(text);
      bytes += length;
      const { start, end } = range;
      pipeline(createReadStream(source, { start, end: end - 1, highWaterMark: 1024 * 1024 }), outgoing).catch(reject);
    });
  return {
    get bytes() {
      return bytes;
    },
    latenciesMs,
    send,
    close: () => agent.destroy(),
  };
}
