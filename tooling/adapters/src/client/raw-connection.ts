import { connect } from "node:net";
import type { Socket } from "node:net";

/** A client that writes what no HTTP library would. */
export interface RawConnection {
  readonly socket: Socket;
  /** Resolves when the bytes left this process, or the connection is gone. */
  send(bytes: string | Uint8Array): Promise<void>;
  /** What came since the last call, as soon as it matches. Rejects when the connection ends before, or after 10 s. */
  until(pattern: RegExp): Promise<string>;
  readonly closed: Promise<void>;
}

const patienceMs = 10_000;

/** Rejects where nobody listens. */
export async function rawConnection(port: number): Promise<RawConnection> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  let text = "";
  let look = (): void => {};
  socket.setEncoding("latin1").on("data", (piece) => {
    text += String(piece);
    look();
  });
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  // A connection that breaks is what tests make it do; `closed` tells.
  socket.on("error", () => {});
  return {
    socket,
    closed,
    send: (bytes) => new Promise((resolve) => socket.write(bytes, () => resolve())),
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const fail = (what: string): void => reject(new Error(`${what}, having said: ${text.slice(0, 2000)}`));
        const late = setTimeout(() => fail(`the server did not say ${String(pattern)}`), patienceMs);
        look = () => {
          if (!pattern.test(text)) return;
          clearTimeout(late);
          const seen = text;
          text = "";
          look = () => {};
          resolve(seen);
        };
        void closed.then(() => fail("the server hung up")).finally(() => clearTimeout(late));
        look();
      }),
  };
}

/** The head of a request, ready to be sent. */
export function requestHead(line: string, fields: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  return [`${line} HTTP/1.1`, ...lines, "", ""].join("\r\n");
}
