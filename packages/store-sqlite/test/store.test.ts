import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { UploadSession } from "@stowage/core";
import { type Durability, type SqliteStore, sqliteStore } from "../src/index.js";
import * as sample from "./sample.js";

const { options, unlimited } = sample;

describe.each<Durability>(["process", "disk"])("durability %s", (durability) => {
  let store: SqliteStore;
  let place: Awaited<ReturnType<typeof sample.temporary>>;

  beforeEach(async () => {
    place = await sample.temporary();
    store = await sqliteStore({ path: place.file, durability });
  });
  afterEach(async () => {
    await store.close();
    await place.remove();
  });

  /** Through claim, settle, replace and publish. */
  const upload = async (session: UploadSession, size = 100): Promise<void> => {
    await store.insert(session, unlimited, options);
    await store.claim(session.id, sample.writeClaim("w", 0, size), [], options);
    await store.settle(session.id, "w", sample.receipt(0, size), sample.next(), options);
    const completing = { ...session, state: "completing", revision: 1 } as UploadSession;
    await store.replace(completing, unlimited, options);
    await store.publish(sample.completed(completing, size), sample.fileEntry(session, size), options);
  };

  test("a session comes back as it was stored", async () => {
    const session = sample.openSession({ id: "a", entry: { path: "/f" } });
    await store.insert(session, unlimited, options);
    expect(await store.get("a", options)).toEqual({ session, received: 0, claims: [] });
    expect(await store.get("b", options)).toBeNull();
  });

  test("a revision that is not the next is to be looked at before it is tried again", async () => {
    const session = sample.openSession({ id: "a" });
    await store.insert(session, unlimited, options);
    const late = store.replace({ ...session, revision: 2 }, unlimited, options);
    await expect(late).rejects.toMatchObject({ code: "REVISION_CONFLICT", retry: "after-probe" });
  });

  test("settle counts, moves the expiry and lets go", async () => {
    await store.insert(sample.openSession({ id: "a" }), unlimited, options);
    const claimed = await store.claim("a", sample.writeClaim("w", 10, 20), [], options);
    expect(claimed.kind).toBe("granted");
    expect(await store.settle("a", "w", sample.receipt(10, 10), sample.next(), options)).toEqual({
      received: 10,
      filled: false,
    });
    const snapshot = await store.get("a", options);
    expect(snapshot).toMatchObject({
      received: 10,
      claims: [],
      session: { expiresAt: 2_000, dueAt: 2_000, revision: 0 },
    });
    expect(await store.receipts("a", options)).toEqual([sample.receipt(10, 10)]);
  });

  test("the last receipt of a when-full session makes it completing", async () => {
    await store.insert(sample.openSession({ id: "a", completion: "when-full" }), unlimited, options);
    await store.claim("a", sample.writeClaim("w", 0, 60), [], options);
    await store.claim("a", sample.writeClaim("v", 60, 100), [], options);
    await store.settle("a", "v", sample.receipt(60, 40), sample.next(), options);
    const settled = await store.settle("a", "w", sample.receipt(0, 60), sample.next(), options);
    expect(settled).toEqual({ received: 100, filled: true });
    expect((await store.get("a", options))?.session).toMatchObject({ state: "completing", revision: 1, dueAt: 3_000 });
  });

  test("an empty object has one extent", async () => {
    await store.insert(sample.openSession({ id: "a", size: 0, completion: "when-full" }), unlimited, options);
    await store.claim("a", sample.writeClaim("w", 0, 0), [], options);
    expect((await store.claim("a", sample.writeClaim("v", 0, 0), [], options)).kind).toBe("held");
    const settled = await store.settle("a", "w", sample.receipt(0, 0), sample.next(), options);
    expect(settled).toEqual({ received: 0, filled: true });
  });

  test("claims: held and wanted, evicted, stored, overlapping", async () => {
    await store.insert(sample.openSession({ id: "a" }), unlimited, options);
    await store.claim("a", sample.writeClaim("w", 0, 50), [], options);
    const held = await store.claim("a", sample.writeClaim("v", 40, 60), [], options);
    expect(held).toEqual({ kind: "held", by: [{ ...sample.writeClaim("w", 0, 50), wanted: true }] });
    expect((await store.get("a", options))?.claims).toEqual([{ ...sample.writeClaim("w", 0, 50), wanted: true }]);
    expect((await store.claim("a", sample.writeClaim("v", 40, 60), ["w"], options)).kind).toBe("granted");
    await expect(store.settle("a", "w", sample.receipt(0, 50), sample.next(), options)).rejects.toMatchObject({
      code: "SUPERSEDED",
    });
    await store.settle("a", "v", sample.receipt(40, 20), sample.next(), options);
    expect(await store.claim("a", sample.writeClaim("x", 40, 60), [], options)).toMatchObject({
      kind: "stored",
      receipt: sample.receipt(40, 20),
    });
    for (const [start, end] of [
      [0, 41],
      [59, 70],
      [40, 50],
      [45, 50],
      [40, 40],
    ] as const) {
      await expect(store.claim("a", sample.writeClaim("x", start, end), [], options)).rejects.toMatchObject({
        code: "RANGE_OVERLAP",
        details: { range: { start: 40, end: 60 } },
      });
    }
    expect((await store.claim("a", sample.writeClaim("x", 60, 100), [], options)).kind).toBe("granted");
    expect((await store.claim("a", sample.completeClaim("c"), [], options)).kind).toBe("held");
  });

  test("a renewed claim moves, stays wanted, and does not stumble over its own receipts", async () => {
    await store.insert(sample.openSession({ id: "a" }), unlimited, options);
    await store.claim("a", sample.writeClaim("w", 0, 100), [], options);
    await store.claim("a", sample.writeClaim("v", 0, 10), [], options);
    await store.settle("a", "w", sample.receipt(0, 30), sample.next({ keepClaim: true }), options);
    const renewed = { ...sample.writeClaim("w", 30, 90), until: 900 };
    const claimed = await store.claim("a", renewed, [], options);
    expect(claimed).toMatchObject({ kind: "granted", snapshot: { claims: [{ ...renewed, wanted: true }] } });
    expect((await store.claim("a", sample.writeClaim("w", 0, 90), [], options)).kind).toBe("granted");
  });

  test("quota counts reserved and stored bytes, and comes back", async () => {
    await store.insert(sample.openSession({ id: "a", size: 60 }), 100, options);
    await expect(store.insert(sample.openSession({ id: "b", size: 41 }), 100, options)).rejects.toMatchObject({
      code: "QUOTA_EXCEEDED",
      details: { owner: "ada", limit: 100 },
    });
    const late = sample.openSession({ id: "c", size: null });
    await store.insert(late, 100, options);
    const declared = { ...late, revision: 1, target: { ...late.target, size: 41 } };
    await expect(store.replace(declared, 100, options)).rejects.toMatchObject({ code: "QUOTA_EXCEEDED" });
    await store.replace(declared, 101, options);
    expect(await store.usage("ada", options)).toEqual({ reserved: 101, stored: 0 });
    await store.delete("c", options);
    await store.delete("c", options);
    expect(await store.usage("ada", options)).toEqual({ reserved: 60, stored: 0 });
  });

  test("publish makes folders, replaces, and puts the old key on the garbage list", async () => {
    await upload(sample.openSession({ id: "a", entry: { path: "/x/y/f" } }));
    const first = await store.find("ada", "/x/y/f", options);
    expect(first).toMatchObject({ version: "a", object: { key: "key-of-a", size: 100 } });
    expect((await store.list("ada", "/", null, 10, options)).map(({ path }) => path)).toEqual(["/x"]);
    await upload(sample.openSession({ id: "b", size: 40, entry: { path: "/x/y/f", replaces: "a" } }), 40);
    expect(await store.find("ada", "/x/y/f", options)).toMatchObject({
      id: first?.id,
      createdAt: first?.createdAt,
      version: "b",
    });
    expect(await store.usage("ada", options)).toEqual({ reserved: 0, stored: 40 });
    expect(await store.garbage(10, options)).toEqual([{ policyId: "p", key: "key-of-a" }]);
    await store.collected({ policyId: "p", key: "key-of-a" }, options);
    expect(await store.garbage(10, options)).toEqual([]);
  });

  test("names with % and _ and beyond the basic plane are names like others", async () => {
    for (const path of ["/a_b/f", "/axb/f", "/a_b%/f", "/a_b0", "/a_b!", "/\u{1f600}", "/\uffee"]) {
      await upload(sample.openSession({ id: path, entry: { path } }));
    }
    const names = (await store.list("ada", "/", null, 10, options)).map(({ path }) => path);
    expect(names).toEqual(["/a_b", "/a_b!", "/a_b%", "/a_b0", "/axb", "/\u{1f600}", "/\uffee"]);
    expect(await store.list("ada", "/", "axb", 1, options)).toMatchObject([{ path: "/\u{1f600}" }]);
    const folder = await store.find("ada", "/a_b", options);
    await store.rename(folder?.id ?? "", "/moved", options);
    expect(await store.find("ada", "/moved/f", options)).not.toBeNull();
    expect(await store.find("ada", "/a_b%/f", options)).not.toBeNull();
    await store.remove(folder?.id ?? "", options);
    expect(await store.find("ada", "/moved/f", options)).toBeNull();
    expect(await store.find("ada", "/axb/f", options)).not.toBeNull();
    expect(await store.usage("ada", options)).toEqual({ reserved: 0, stored: 600 });
  });

  test("sessions are listed by id and by what is due", async () => {
    for (const [id, owner, dueAt] of [
      ["c", "ada", 30],
      ["a", "ada", 20],
      ["b", "eve", 10],
    ] as const) {
      await store.insert(sample.openSession({ id, owner, dueAt }), unlimited, options);
    }
    const ids = async (found: ReturnType<SqliteStore["listDue"]>): Promise<readonly string[]> =>
      (await found).map(({ session }) => session.id);
    expect(await ids(store.listSessions({ limit: 10 }, options))).toEqual(["a", "b", "c"]);
    expect(await ids(store.listSessions({ owner: "ada", after: "a", limit: 10 }, options))).toEqual(["c"]);
    expect(await ids(store.listSessions({ owner: "ada", state: "completed", limit: 10 }, options))).toEqual([]);
    expect(await ids(store.listDue(20, 10, options))).toEqual(["b", "a"]);
    expect(await ids(store.listDue(30, 1, options))).toEqual(["b"]);
  });

  test("calls of one turn share a transaction, and one that is refused harms nobody", async () => {
    const calls = Array.from({ length: 20 }, (_, index) =>
      store.insert(sample.openSession({ id: index === 7 ? "s3" : `s${index}` }), unlimited, options),
    );
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.map(({ status }) => status).filter((status) => status === "rejected")).toHaveLength(1);
    expect(outcomes[7]).toMatchObject({ reason: { code: "SESSION_EXISTS" } });
    expect(await store.listSessions({ limit: 100 }, options)).toHaveLength(19);
  });

  test("changed wakes for this session only, and on abort", async () => {
    await store.insert(sample.openSession({ id: "a" }), unlimited, options);
    await store.insert(sample.openSession({ id: "b" }), unlimited, options);
    const stop = new AbortController();
    const woken: string[] = [];
    const other = store.changed("b", stop).then(() => woken.push("b"));
    const own = store.changed("a", options).then(() => woken.push("a"));
    await store.claim("a", sample.writeClaim("w", 0, 1), [], options);
    await own;
    expect(woken).toEqual(["a"]);
    stop.abort();
    await other;
  });

  test("a claim that is refused twice wakes its waiters once", async () => {
    await store.insert(sample.openSession({ id: "a" }), unlimited, options);
    await store.claim("a", sample.writeClaim("w", 0, 10), [], options);
    await store.claim("a", sample.writeClaim("v", 0, 10), [], options);
    const stop = new AbortController();
    let isWoken = false;
    const changed = store.changed("a", stop).then(() => (isWoken = true));
    await store.claim("a", sample.writeClaim("v", 0, 10), [], options);
    await store.get("a", options);
    expect(isWoken).toBe(false);
    stop.abort();
    await changed;
  });

  test("close commits what waits, refuses what comes, and lets waiters go", async () => {
    const waiter = store.changed("a", options);
    const inserted = store.insert(sample.openSession({ id: "a" }), unlimited, options);
    await store.close();
    await inserted;
    await waiter;
    await expect(store.get("a", options)).rejects.toMatchObject({ code: "INTERRUPTED" });
    const again = await sqliteStore({ path: place.file, durability });
    expect(await again.get("a", options)).not.toBeNull();
    await again.close();
  });
});
