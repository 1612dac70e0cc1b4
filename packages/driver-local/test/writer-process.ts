import { createInterface } from "node:readline";
import { fromStream, isUploadError, type Json, type UploadTarget } from "@stowage/core";
import { local } from "../src/index.js";

/** What the test tells the process to do, as JSON in its first argument. */
export interface WriterOrders {
  readonly root: string;
  readonly target: UploadTarget;
  readonly handle: Json;
  readonly durability: "process" | "disk";
  /** Bytes of each chunk; written one after the other from offset 0, all filled with `fill`. */
  readonly chunk: number;
  readonly fill: number;
  readonly until: number;
  /** The second half of each body comes when a line comes in. */
  readonly waits: boolean;
  /** Becomes this user first; `null`: stays who it is. */
  readonly uid: number | null;
}

const orders = JSON.parse(process.argv[2] ?? "") as WriterOrders;
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

async function* body(): AsyncGenerator<Uint8Array> {
  const half = Buffer.alloc(orders.chunk / 2, orders.fill);
  yield half;
  if (orders.waits) {
    say({ waits: true });
    await lines.next();
  }
  yield half;
}

const driver = local({ root: orders.root, durability: orders.durability });
if (orders.uid !== null) process.setuid?.(orders.uid);
try {
  const sink = driver.sink(orders.handle, orders.target);
  for (let offset = 0; offset < orders.until; offset += orders.chunk) {
    const isLast = offset + orders.chunk >= orders.until;
    const chunk = { offset, index: null, isLast, whole: true, attempt: "a", body: fromStream(body(), orders.chunk) };
    say({ receipt: await sink.write(chunk, { signal: new AbortController().signal }) });
  }
} catch (error) {
  say({ error: isUploadError(error) ? error.code : String(error) });
}
process.exit(0);
