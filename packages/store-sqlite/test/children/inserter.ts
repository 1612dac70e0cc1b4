import { openSync, writeSync } from "node:fs";
import { type Durability, sqliteStore } from "../../src/index.js";
import * as sample from "../sample.js";

// Inserts sessions, eight at a time, and settles one extent of each, until it is killed. A line in a file tells of each
// acknowledged call; a pipe would refuse lines whenever its reader is slow.
const [path = "", durability, prefix = "", journal = ""] = process.argv.slice(2);
const lines = openSync(journal, "a");
const store = await sqliteStore({ path, durability: durability as Durability });
const { options, unlimited } = sample;
let count = 0;
const run = async (): Promise<never> => {
  for (;;) {
    const id = `${prefix}${count++}`;
    await store.insert(sample.openSession({ id, entry: { path: `/${id}` } }), unlimited, options);
    writeSync(lines, `inserted ${id}\n`);
    await store.claim(id, sample.writeClaim("w", 0, 50), [], options);
    await store.settle(id, "w", sample.receipt(0, 50), sample.next(), options);
    writeSync(lines, `settled ${id}\n`);
  }
};
await Promise.all(Array.from({ length: 8 }, run));
