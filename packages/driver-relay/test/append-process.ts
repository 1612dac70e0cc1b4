import { createInterface } from "node:readline";
import { byteBudget, type ByteSource, fromStream } from "@stowage/core";
import { createEngine } from "@stowage/core/engine";
import { nodeRuntime } from "@stowage/core/node";
import { s3, type S3Options } from "@stowage/driver-s3";
import { sqliteStore } from "@stowage/store-sqlite";
import { directorySpool, relay } from "../src/index.js";

/** What the process is told, as JSON in its first argument. */
export interface AppendOrders {
  readonly s3: S3Options;
  readonly database: string;
  readonly spool: string;
  readonly upload: string | null;
  readonly size: number;
  /** Bytes of each append; append `n` is filled with the byte `n`. */
  readonly append: number;
  /** Whole appends; the next one stops in its middle until the process is killed. */
  readonly count: number;
}

const orders = JSON.parse(process.argv[2] ?? "") as AppendOrders;
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const { append, size } = orders;

async function* halves(fill: number, stops: boolean): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(append / 2, fill);
  if (stops) {
    say({ halfWay: true });
    await new Promise(() => {});
  }
  yield Buffer.alloc(append / 2, fill);
}
const bodyOf = (fill: number, stops: boolean): ByteSource => fromStream(halves(fill, stops), append);

// What is read keeps it alive.
createInterface({ input: process.stdin });
const runtime = nodeRuntime({ memory: byteBudget(32 * 1024 * 1024) });
const driver = relay(s3(orders.s3, runtime), { spool: directorySpool(orders.spool) }, runtime);
const engine = createEngine({
  store: await sqliteStore({ path: orders.database, durability: "process" }),
  policies: [{ id: "s3", driver }],
  runtime,
  timing: { leaseMs: 300, patienceMs: 300, sweepEveryMs: 0, pingEveryMs: 0 },
});
const uploads = engine.as({ owner: "ada", groups: [] });
const draft = { policyId: "s3", protocol: "test", path: "/a", size, framing: "free", completion: "explicit" } as const;
const id = orders.upload ?? (await uploads.create(draft)).id;
const { contiguousOffset } = await uploads.status(id);
say({ upload: id, offset: contiguousOffset });
let offset = contiguousOffset;
for (let made = 0; made < orders.count && offset < size; made++) {
  offset = Math.floor(offset / append) * append;
  await uploads.write(id, { offset }, bodyOf(offset / append, false));
  offset += append;
  say({ acknowledged: offset });
}
if (offset < size) {
  await uploads.write(id, { offset }, bodyOf(offset / append, true));
} else {
  const { size: stored } = await uploads.complete(id);
  say({ complete: stored });
  await engine.close();
  process.exit(0);
}
