import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { systemClock, UploadError } from "@stowage/core";
import { type GroupCommit, groupCommit } from "../src/commit/group-commit.js";
import { openReader, openWriter, type Reader, type Writer, type WriterStatement } from "../src/database/connection.js";
import type { Durability } from "../src/index.js";
import * as sample from "./sample.js";

describe.each<Durability>(["process", "disk"])("group commit, durability %s", (durability) => {
  let place: Awaited<ReturnType<typeof sample.temporary>>;
  let writer: Writer;
  let reader: Reader;
  let group: GroupCommit;
  let put: WriterStatement<unknown>;
  let commits: number;

  beforeEach(async () => {
    place = await sample.temporary();
    writer = openWriter(place.file);
    await writer.exec("CREATE TABLE t (a INTEGER PRIMARY KEY); CREATE TABLE filler (b)");
    await (await writer.prepare("PRAGMA journal_mode = WAL")).get();
    reader = openReader(place.file, 0);
    put = await writer.prepare("INSERT INTO t VALUES (?)");
    commits = 0;
    const listener = { begun: () => {}, committed: () => void commits++ };
    group = await groupCommit(writer, durability, systemClock, listener);
  });
  afterEach(async () => {
    await group.close();
    reader.close();
    writer.close();
    await place.remove();
  });
  const stored = (): readonly number[] =>
    reader
      .prepare<{ a: number }>("SELECT a FROM t ORDER BY a")
      .all()
      .map(({ a }) => a);
  const refusal = new UploadError("SUPERSEDED", "no", { id: "x" });

  test("calls of one turn are one commit, each with its own result", async () => {
    const results = await Promise.all([1, 2, 3].map((a) => group.run("put", () => put.run(a) + a)));
    expect(results).toEqual([2, 3, 4]);
    expect(commits).toBe(1);
    expect(stored()).toEqual([1, 2, 3]);
  });

  test("a result comes after its commit", async () => {
    await group.run("put", () => put.run(1));
    expect(stored()).toEqual([1]);
  });

  test(`the loop ${durability === "disk" ? "turns" : "stands still"} while a commit is written`, async () => {
    const fill = await writer.prepare("INSERT INTO filler VALUES (?)");
    await writer.exec(`PRAGMA synchronous = FULL; PRAGMA cache_size = -100000`);
    let turns = 0;
    let isDone = false;
    const turn = (): void => {
      if (isDone) return;
      turns++;
      setImmediate(turn);
    };
    await group.run("fill", () => {
      for (let row = 0; row < 32; row++) fill.run("x".repeat(1_000_000));
      setImmediate(turn);
    });
    isDone = true;
    if (durability === "disk") expect(turns).toBeGreaterThan(0);
    else expect(turns).toBe(0);
  });

  test("a refusal before the first write leaves the others in the same commit", async () => {
    const outcomes = await Promise.allSettled([
      group.run("put", () => put.run(1)),
      group.run("put", () => {
        throw refusal;
      }),
      group.run("put", () => put.run(2)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(outcomes[1]).toMatchObject({ reason: { code: "SUPERSEDED" } });
    expect(commits).toBe(1);
    expect(stored()).toEqual([1, 2]);
  });

  test("a refusal after a write leaves nothing of it, and the others whole", async () => {
    const outcomes = await Promise.allSettled([
      group.run("put", () => put.run(1)),
      group.run("put", () => {
        put.run(7);
        throw refusal;
      }),
      group.run("put", () => put.run(2)),
    ]);
    expect(outcomes[1]).toMatchObject({ reason: { code: "SUPERSEDED" } });
    expect(stored()).toEqual([1, 2]);
  });

  test("a failure of SQLite harms only who caused it", async () => {
    const outcomes = await Promise.allSettled([1, 1, 2].map((a) => group.run("put", () => put.run(a))));
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(outcomes[1]).toMatchObject({
      reason: { code: "INTERNAL", details: { operation: "put" }, retry: "after-probe" },
    });
    expect(stored()).toEqual([1, 2]);
  });

  test("a full database refuses what does not fit and takes what does", async () => {
    const fill = await writer.prepare("INSERT INTO filler VALUES (?)");
    await writer.exec("PRAGMA max_page_count = 50");
    const outcomes = await Promise.allSettled([
      group.run("put", () => put.run(1)),
      group.run("fill", () => fill.run("x".repeat(1_000_000))),
    ]);
    expect(outcomes).toMatchObject([
      { status: "fulfilled" },
      { reason: { code: "BACKEND_FULL", details: { driver: "sqlite" }, retry: "same" } },
    ]);
    await group.run("put", () => put.run(2));
    expect(stored()).toEqual([1, 2]);
  });

  test("a database that must not be written refuses", async () => {
    await writer.exec("PRAGMA query_only = 1");
    const denied = { code: "BACKEND_DENIED", retry: "same" };
    await expect(group.run("put", () => put.run(1))).rejects.toMatchObject(denied);
    await writer.exec("PRAGMA query_only = 0");
    await group.run("put", () => put.run(2));
    expect(stored()).toEqual([2]);
  });

  test("a COMMIT that fails may have been done, and says so", async () => {
    const lost = (): never => {
      throw Object.assign(new Error("database or disk is full"), { rawCode: 13 });
    };
    const losing: Writer = {
      ...writer,
      prepare: async <Row>(sql: string) => {
        const statement = await writer.prepare<Row>(sql);
        return sql === "COMMIT" ? { ...statement, run: () => (statement.run(), lost()) } : statement;
      },
      exec: async (sql) => {
        await writer.exec(sql);
        if (sql === "COMMIT") lost();
      },
    };
    const unlucky = await groupCommit(losing, durability, systemClock, { begun: () => {}, committed: () => {} });
    const outcomes = await Promise.allSettled([1, 2].map((a) => unlucky.run("put", () => put.run(a))));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ reason: { code: "BACKEND_FULL", retry: "after-probe" } });
    }
    expect(stored()).toEqual([1, 2]);
    await unlucky.close();
  });

  test("another connection's write lock is waited for without stopping the loop", async () => {
    const other = openWriter(place.file);
    await other.exec("BEGIN IMMEDIATE");
    let turns = 0;
    const counting = setInterval(() => turns++, 1);
    const put1 = group.run("put", () => put.run(1));
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(stored()).toEqual([]);
    expect(turns).toBeGreaterThan(0);
    clearInterval(counting);
    await other.exec("COMMIT");
    await put1;
    expect(stored()).toEqual([1]);
    other.close();
  });

  test("more than fit into one transaction are committed in several", async () => {
    await Promise.all(Array.from({ length: 600 }, (_, a) => group.run("put", () => put.run(a))));
    expect(stored()).toHaveLength(600);
    expect(commits).toBe(3);
  });
});
