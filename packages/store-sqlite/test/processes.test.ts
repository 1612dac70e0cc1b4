import { readFile, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Durability } from "../src/index.js";
import { sqliteStore } from "../src/index.js";
import { runChild } from "./children/child.js";
import * as sample from "./sample.js";

const { options, unlimited } = sample;

describe.each<Durability>(["process", "disk"])("several processes, durability %s", (durability) => {
  let place: Awaited<ReturnType<typeof sample.temporary>>;
  beforeEach(async () => {
    place = await sample.temporary();
  });
  afterEach(() => place.remove());

  test("two that settle on one session leave the counter exact", async () => {
    const store = await sqliteStore({ path: place.file, durability });
    await store.insert(sample.openSession({ id: "s", size: 1_000 }), unlimited, options);
    const children = [0, 200].map((from) => runChild("settler.ts", [place.file, durability, "s", String(from), "200"]));
    for (const child of children) await child.line("ready");
    for (const child of children) child.process.stdin?.write("go\n");
    expect(await Promise.all(children.map((child) => child.line("done")))).toEqual(["done", "done"]);
    expect(await store.get("s", options)).toMatchObject({ received: 400, claims: [] });
    const receipts = await store.receipts("s", options);
    expect(receipts.map(({ offset }) => offset)).toEqual(Array.from({ length: 400 }, (_, offset) => offset));
    await store.close();
    expect(await Promise.all(children.map((child) => child.ended))).toEqual([0, 0]);
  }, 60_000);

  test("changed hears of another process", async () => {
    const store = await sqliteStore({ path: place.file, durability });
    await store.insert(sample.openSession({ id: "s" }), unlimited, options);
    const child = runChild("settler.ts", [place.file, durability, "s", "0", "1"]);
    await child.line("ready");
    // Another session's waiter may be woken for nothing, so it is asked what it sees.
    const seen: number[] = [];
    const watching = (async () => {
      for (;;) {
        const changed = store.changed("s", options);
        const received = (await store.get("s", options))?.received ?? -1;
        seen.push(received);
        if (received === 1) return;
        await changed;
      }
    })();
    child.process.stdin?.write("go\n");
    await watching;
    expect(seen.at(0)).toBe(0);
    expect(seen.at(-1)).toBe(1);
    // The child's claim, its settle and the end of its connection: without waiting there would be thousands of reads.
    expect(seen.length).toBeLessThan(20);
    await child.ended;
    await store.close();
  }, 60_000);

  const onLinux = process.platform === "linux" ? test : test.skip;

  onLinux(
    "the claim of a process that was killed stands in nobody's way, unless it had evicted somebody",
    async () => {
      const store = await sqliteStore({ path: place.file, durability });
      const mine = (purpose: "write" | "complete") =>
        ({
          id: `mine-${purpose}`,
          purpose,
          range: { start: 5, end: 20 },
          wanted: false,
          until: Date.now() + 600_000,
        }) as const;
      for (const [id, purpose, evict, after] of [
        ["a", "write", "", "granted"],
        ["b", "complete", "", "granted"],
        ["c", "complete", "mine-write", "held"],
      ] as const) {
        await store.insert(sample.openSession({ id, size: 1_000 }), unlimited, options);
        if (evict !== "") await store.claim(id, mine("write"), [], options);
        const child = runChild("claimer.ts", [place.file, durability, id, purpose, evict]);
        await child.line("granted");
        expect(await store.claim(id, mine("complete"), [], options)).toMatchObject({ kind: "held" });
        child.process.kill("SIGKILL");
        await child.ended;
        expect(await store.claim(id, mine("complete"), [], options)).toMatchObject({ kind: after });
      }
      await store.close();
    },
    60_000,
  );

  test("whatever was acknowledged survives kill -9, and the counters agree with the rows", async () => {
    const settled = new Set<string>();
    const inserted = new Set<string>();
    for (const [round, acknowledged] of [1, 40, 333].entries()) {
      const journal = `${place.file}.acknowledged-${round}`;
      await writeFile(journal, "");
      const linesOf = async (): Promise<readonly string[]> =>
        (await readFile(journal, "utf8")).split("\n").slice(0, -1);
      const child = runChild("inserter.ts", [place.file, durability, `r${round}-`, journal]);
      while ((await linesOf()).length < acknowledged && child.process.exitCode === null) await delay(1);
      child.process.kill("SIGKILL");
      expect(await child.ended).toBeNull();
      for (const line of await linesOf()) {
        const [what, id = ""] = line.split(" ");
        (what === "settled" ? settled : inserted).add(id);
      }
    }
    const store = await sqliteStore({ path: place.file, durability });
    const found = await store.listSessions({ limit: 1_000_000 }, options);
    const ids = new Set(found.map(({ session }) => session.id));
    expect([...inserted].filter((id) => !ids.has(id))).toEqual([]);
    expect(inserted.size).toBeGreaterThan(100);
    for (const { session, received } of found) {
      const receipts = await store.receipts(session.id, options);
      expect(received).toBe(receipts.reduce((sum, { size }) => sum + size, 0));
      if (settled.has(session.id)) expect(received).toBe(50);
    }
    expect(await store.usage("ada", options)).toEqual({ reserved: found.length * 100, stored: 0 });
    await store.close();
  }, 60_000);
});
