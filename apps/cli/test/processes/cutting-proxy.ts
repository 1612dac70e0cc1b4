import { createServer, request } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What becomes of a request: it goes through, breaks off after so many bytes of its body, or loses its reply. */
export type Fate = { readonly kind: "through" | "lost-reply" } | { readonly kind: "cut"; readonly at: number };

export interface ProxyOptions {
  readonly target: number;
  /** Asked for every request. */
  readonly fate: (method: string, path: string) => Fate;
  /** Bytes for each second of one connection. */
  readonly rate: number;
}

/** What the server said of one chunk. */
export interface ChunkTally {
  /** 200 from the server. */
  acknowledged: number;
  /** Of those, the ones that the client cannot have heard. */
  unheard: number;
  /** Bytes of the bodies that were acknowledged. */
  bytes: number;
}

export interface CuttingProxy {
  readonly port: number;
  readonly cuts: number;
  /** By `session/index`. */
  readonly chunks: ReadonlyMap<string, ChunkTally>;
  readonly acknowledged: number;
  close(): Promise<void>;
}

/** Between a client and a server: resets connections on both sides, and counts which chunks were acknowledged. */
export async function cuttingProxy(options: ProxyOptions): Promise<CuttingProxy> {
  const state = { cuts: 0, chunks: new Map<string, ChunkTally>() };
  const server = createServer((incoming, answer) => {
    relay(options, state, incoming, answer).catch(() => answer.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    chunks: state.chunks,
    get cuts() {
      return state.cuts;
    },
    get acknowledged() {
      return [...state.chunks.values()].reduce((sum, { acknowledged }) => sum + acknowledged, 0);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function relay(
  { target, fate: fateOf, rate }: ProxyOptions,
  state: { cuts: number; chunks: Map<string, ChunkTally> },
  incoming: IncomingMessage,
  answer: ServerResponse,
): Promise<void> {
  const { method = "", url = "", headers } = incoming;
  const fate = fateOf(method, url);
  const outgoing = request({ host: "127.0.0.1", port: target, method, path: url, headers, agent: false });
  const breakOff = (): void => {
    state.cuts += 1;
    incoming.socket.resetAndDestroy();
    outgoing.socket?.resetAndDestroy();
    outgoing.destroy();
  };
  const replied = new Promise<IncomingMessage | null>((resolve) => {
    outgoing.once("response", resolve);
    outgoing.once("error", () => resolve(null));
  });
  incoming.once("error", () => outgoing.destroy());
  let sent = 0;
  for await (const piece of incoming as AsyncIterable<Buffer>) {
    if (fate.kind === "cut" && sent + piece.length > fate.at) {
      outgoing.write(piece.subarray(0, fate.at - sent));
      return breakOff();
    }
    outgoing.write(piece);
    sent += piece.length;
    await sleep((piece.length / rate) * 1000);
  }
  outgoing.end();
  const reply = await replied;
  if (reply === null) return void incoming.socket.resetAndDestroy();
  const tally = tallyOf(state.chunks, method, url, reply.statusCode ?? 0, sent);
  if (fate.kind === "lost-reply") {
    if (tally !== null) tally.unheard += 1;
    return breakOff();
  }
  answer.writeHead(reply.statusCode ?? 502, reply.headers);
  // Somebody who was killed while he waited has not heard it either.
  const isHeard = !incoming.socket.destroyed;
  if (tally !== null && !isHeard) tally.unheard += 1;
  reply.pipe(answer);
}

/** `null`: no chunk, or not acknowledged. */
function tallyOf(
  chunks: Map<string, ChunkTally>,
  method: string,
  path: string,
  status: number,
  bytes: number,
): ChunkTally | null {
  const [, session, index] = /\/sessions\/([^/]+)\/chunks\/(\d+)$/.exec(path) ?? [];
  if (method !== "PUT" || session === undefined || status !== 200) return null;
  const key = `${session}/${index}`;
  const tally = chunks.get(key) ?? { acknowledged: 0, unheard: 0, bytes: 0 };
  tally.acknowledged += 1;
  tally.bytes += bytes;
  chunks.set(key, tally);
  return tally;
}
