import { connect } from "node:net";
import type { Socket } from "node:net";

/** A client that writes what no HTTP library would. */
export interface RawClient {
  readonly socket: Socket;
  send(text: string | Uint8Array): void;
  /** Resolves when what came so far matches; rejects when the connection ends before. */
  until(pattern: RegExp): Promise<string>;
  /** All that came, when the connection has ended. */
  rest(): Promise<string>;
}

export async function rawClient(port: number): Promise<RawClient> {
  const socket = connect({ port, host: "127.0.0.1" });
  let text = "";
  let over = false;
  let waiters: (() => void)[] = [];
  const woken = (): Promise<void> => new Promise((resolve) => waiters.push(resolve));
  const wake = (): void => {
    const all = waiters;
    waiters = [];
    for (const resolve of all) resolve();
  };
  socket.on("data", (piece) => {
    text += String(piece);
    wake();
  });
  socket.on("error", () => {});
  socket.on("close", () => {
    over = true;
    wake();
  });
  await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  return {
    socket,
    send: (bytes) => void socket.write(bytes),
    until: async (pattern) => {
      while (!pattern.test(text)) {
        if (over) throw new Error(`the connection ended with: ${text}`);
        await woken();
      }
      const seen = text;
      text = "";
      return seen;
    },
    rest: async () => {
      while (!over) await woken();
      return text;
    },
  };
}
