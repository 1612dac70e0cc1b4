import { mkdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { systemClock } from "@stowage/core";
import { openReader, openWriter } from "../src/database/connection.js";
import { schemaVersion } from "../src/database/migrations.js";
import { openDatabase } from "../src/database/open-database.js";
import { sqliteStore } from "../src/index.js";
import * as sample from "./sample.js";

const { options, unlimited } = sample;
let place: Awaited<ReturnType<typeof sample.temporary>>;
beforeEach(async () => {
  place = await sample.temporary();
});
afterEach(() => place.remove());

const open = (path = place.file) => sqliteStore({ path, durability: "process" });

async function execute(sql: string): Promise<void> {
  const writer = openWriter(place.file);
  await writer.exec(sql);
  writer.close();
}

test("a missing directory is made, and the files are the owner's alone", async () => {
  const file = join(dirname(place.file), "deep", "er", "sessions.db");
  const store = await open(file);
  await store.insert(sample.openSession({ id: "a" }), unlimited, options);
  for (const name of [file, `${file}-wal`, `${file}-shm`]) expect((await stat(name)).mode & 0o777).toBe(0o600);
  expect((await stat(dirname(file))).mode & 0o777).toBe(0o700);
  await store.close();
});

test("a database of this version opens again and keeps what it has", async () => {
  const first = await open();
  await first.insert(sample.openSession({ id: "a" }), unlimited, options);
  await first.close();
  const second = await open();
  expect(await second.get("a", options)).not.toBeNull();
  await second.close();
  const reader = openReader(place.file, 0);
  const { user_version } = reader.prepare<{ user_version: number }>("PRAGMA user_version").get() ?? {};
  expect(user_version).toBe(schemaVersion);
  expect(reader.prepare<{ integrity_check: string }>("PRAGMA integrity_check").get()?.integrity_check).toBe("ok");
  reader.close();
});

test.each([
  ["process", 1],
  ["disk", 2],
] as const)("durability %s flushes as SQLite's level %i does", async (durability, level) => {
  const { writer, reader, checkpointer } = await openDatabase(place.file, durability, systemClock);
  const synchronous = await writer.prepare<{ synchronous: number }>("PRAGMA synchronous");
  expect(synchronous.get()?.synchronous).toBe(level);
  for (const connection of [writer, reader, checkpointer]) connection.close();
});

test("the log is moved into the database while it is open", async () => {
  const store = await open();
  const before = (await stat(place.file)).size;
  const many = Array.from({ length: 1_500 }, (_, index) => sample.openSession({ id: `s${index}` }));
  await Promise.all(many.map((session) => store.insert(session, unlimited, options)));
  // It runs beside the writer, so it ends some time later.
  while ((await stat(place.file)).size === before) await new Promise((resolve) => setTimeout(resolve, 5));
  expect((await stat(`${place.file}-wal`)).size).toBeGreaterThan(0);
  await store.close();
  expect((await stat(`${place.file}-wal`)).size).toBe(0);
});

test("many open a new database at once", async () => {
  const stores = await Promise.all(Array.from({ length: 5 }, () => open()));
  await stores[0]?.insert(sample.openSession({ id: "a" }), unlimited, options);
  for (const store of stores) expect(await store.get("a", options)).not.toBeNull();
  for (const store of stores) await store.close();
});

test("a newer database is refused and left alone", async () => {
  await (await open()).close();
  await execute(`PRAGMA user_version = ${schemaVersion + 1}`);
  await expect(open()).rejects.toMatchObject({
    code: "OPTIONS_INVALID",
    details: { issues: [expect.stringContaining(`schema version ${schemaVersion + 1}`)] },
  });
  const reader = openReader(place.file, 0);
  expect(reader.prepare<{ user_version: number }>("PRAGMA user_version").get()?.user_version).toBe(schemaVersion + 1);
  reader.close();
});

test("somebody else's database is refused and left alone", async () => {
  await execute("CREATE TABLE theirs (a)");
  await expect(open()).rejects.toMatchObject({ code: "OPTIONS_INVALID" });
  const reader = openReader(place.file, 0);
  expect(reader.prepare<{ name: string }>("SELECT name FROM sqlite_master").all()).toMatchObject([{ name: "theirs" }]);
  reader.close();
});

test.each(["", ":memory:", "a\0b"])("the path %j is refused", async (path) => {
  await expect(open(path)).rejects.toMatchObject({ code: "OPTIONS_INVALID" });
});

test("what is no database, no file, or not ours to open has a typed error", async () => {
  await writeFile(place.file, "not a database, but long enough to be looked at. ".repeat(50));
  await expect(open()).rejects.toMatchObject({
    code: "BACKEND_UNAVAILABLE",
    details: { driver: "sqlite" },
    retry: "never",
  });
  await mkdir(`${place.file}.directory`);
  await expect(open(`${place.file}.directory`)).rejects.toMatchObject({ code: "BACKEND_UNAVAILABLE" });
  await writeFile(`${place.file}.plain`, "");
  await expect(open(join(`${place.file}.plain`, "x.db"))).rejects.toMatchObject({ code: "BACKEND_UNAVAILABLE" });
});
