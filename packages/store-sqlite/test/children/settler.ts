import { once } from "node:events";
import { type Durability, sqliteStore } from "../../src/index.js";
import * as sample from "../sample.js";

// Settles `count` extents of one byte from `from` on, sixteen at a time, once it is told to on its input.
const [path = "", durability, session = "", from = "0", count = "0"] = process.argv.slice(2);
const store = await sqliteStore({ path, durability: durability as Durability });
process.stdout.write("ready\n");
await once(process.stdin, "data");
process.stdin.destroy();

const { options } = sample;
const offsets = Array.from({ length: Number(count) }, (_, index) => Number(from) + index);
const settleAll = async (): Promise<void> => {
  for (let offset = offsets.shift(); offset !== undefined; offset = offsets.shift()) {
    const id = `claim-${offset}`;
    const claimed = await store.claim(session, sample.writeClaim(id, offset, offset + 1), [], options);
    if (claimed.kind !== "granted") throw new Error(`offset ${offset}: ${claimed.kind}`);
    await store.settle(session, id, sample.receipt(offset, 1), sample.next(), options);
  }
};
await Promise.all(Array.from({ length: 16 }, settleAll));
await store.close();
process.stdout.write("done\n");
