import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  return (await probe(0)) ?? freePort();
}

/**
 * The same, out of those that no outgoing connection gets (Linux: 32768 to 60999), for servers that are only told their
 * port, and wait for ever when somebody else has got it in between.
 */
export async function freeFixedPort(): Promise<number> {
  const port = 20_000 + Math.floor(Math.random() * 12_000);
  return (await probe(port)) ?? freeFixedPort();
}

async function probe(port: number): Promise<number | null> {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    const { port: found } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    return found;
  } catch {
    return null;
  }
}
