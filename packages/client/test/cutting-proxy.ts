import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** A connection ends after so many bytes of the client's, or so many of the server's; `null`: not by us. */
export interface Cut {
  readonly up: number | null;
  readonly down: number | null;
}

export interface CuttingProxy {
  readonly port: number;
  readonly cuts: number;
  close(): Promise<void>;
}

/** A TCP proxy on loopback; each new connection asks how it will end. */
export async function cuttingProxy(target: number, nextCut: () => Cut): Promise<CuttingProxy> {
  let cuts = 0;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    const plan = nextCut();
    const end = (): void => {
      // A reset, as of a line that is gone; the server sees it too.
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    };
    for (const [from, into, limit] of [
      [client, upstream, plan.up],
      [upstream, client, plan.down],
    ] as const) {
      let left = limit ?? Infinity;
      open.add(from);
      from.on("error", () => {});
      from.on("close", () => {
        open.delete(from);
        into.destroy();
      });
      from.on("data", (piece) => {
        into.write(piece.subarray(0, left));
        left -= piece.length;
        if (left > 0) return;
        cuts += 1;
        end();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get cuts() {
      return cuts;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
