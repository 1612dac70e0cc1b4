import { describe, expect, test } from "@jest/globals";
import { type ChunkSink, fromBytes, type SessionView } from "../../src/index.js";
import { memoryStore } from "../../src/memory/index.js";
import { directClient, type DirectClient } from "./direct-driver.js";
import { bob, failure, free, KiB, pattern, planned, readAll, rig, type Rig } from "./fixture.js";

const size = 10 * KiB;
const content = pattern(size);
const chunk = (index: number): Uint8Array => content.subarray(index * 4 * KiB, (index + 1) * 4 * KiB);
const all = { chunks: { start: 0, end: 3 }, completeBy: "server" } as const;

interface Open extends Rig {
  readonly client: DirectClient;
  readonly session: SessionView;
  readonly send: (...indexes: number[]) => Promise<void>;
  readonly write: (index: number) => Promise<unknown>;
}

async function open(policy: Parameters<typeof rig>[0] = {}, asked = planned(size)): Promise<Open> {
  const client = directClient();
  const made = rig({ ...policy, driver: client.driver, policy: { transfer: "direct", ...policy?.policy } });
  const session = await made.uploads.create(asked);
  if (session.transfer === "direct") await made.uploads.grant(session.id, all);
  return {
    ...made,
    client,
    session,
    send: async (...indexes) => {
      for (const index of indexes) await client.send(index * 4 * KiB, chunk(index));
    },
    write: (index) => made.uploads.write(session.id, { index }, fromBytes(chunk(index))),
  };
}

async function stored({ uploads }: Rig): Promise<Buffer> {
  const entry = await uploads.find({ path: "/a.bin" });
  return readAll(await uploads.read({ entryId: entry?.id ?? "" }, null));
}

describe("a direct upload", () => {
  test("is completed after the backend was asked", async () => {
    const { uploads, session, send, ...rest } = await open();
    expect(session.transfer).toBe("direct");
    await send(2, 0, 1);
    const object = await uploads.complete(session.id);
    expect(object.size).toBe(size);
    expect(await stored({ uploads, ...rest })).toEqual(Buffer.from(content));
    expect((await uploads.status(session.id)).session).toMatchObject({ state: "completed", received: size });
    expect((await uploads.status(session.id)).missing).toEqual([]);
    expect(await uploads.complete(session.id)).toEqual(object);
  });

  test("is not complete because its client says so", async () => {
    const { uploads, session, send } = await open();
    await send(0, 2);
    const error = await failure(uploads.complete(session.id));
    expect([error.code, error.details]).toEqual(["UPLOAD_INCOMPLETE", { missing: [{ start: 4 * KiB, end: 8 * KiB }] }]);
    expect((await failure(uploads.callback(session.id, null))).code).toBe("UPLOAD_INCOMPLETE");
    await send(1);
    expect((await uploads.callback(session.id, null)).size).toBe(size);
  });

  test("status tells what the backend has", async () => {
    const { uploads, session, send } = await open();
    await send(0, 2);
    const { missing, contiguousOffset, session: seen } = await uploads.status(session.id);
    expect(missing).toEqual([{ start: 4 * KiB, end: 8 * KiB }]);
    expect([contiguousOffset, seen.received]).toEqual([4 * KiB, 6 * KiB]);
  });

  test("what we know of it ourselves is told without the backend, while it lives", async () => {
    const now = { ms: 1_000_000 };
    const clock = { now: () => now.ms, sleep: async () => {} };
    const { engine, uploads, session, client } = await open({ runtime: { clock } });
    client.backend.uploads.clear();
    expect(await uploads.session(session.id)).toEqual(session);
    expect((await failure(engine.as(bob).session(session.id))).code).toBe("SESSION_NOT_FOUND");
    now.ms += 30 * 24 * 3600 * 1000;
    expect((await failure(uploads.session(session.id))).code).toBe("SESSION_EXPIRED");
  });

  test("a part of another size than planned is missing", async () => {
    const { uploads, session, send, client } = await open();
    await send(0, 2);
    await client.send(4 * KiB, chunk(1).subarray(0, KiB));
    expect((await uploads.status(session.id)).missing).toEqual([{ start: 4 * KiB, end: 8 * KiB }]);
    expect((await failure(uploads.complete(session.id))).code).toBe("UPLOAD_INCOMPLETE");
  });

  test("that its client completed at the backend is published", async () => {
    const { uploads, session, send, client, ...rest } = await open();
    await send(0, 1, 2);
    await client.finish();
    expect((await uploads.status(session.id)).missing).toEqual([]);
    await uploads.complete(session.id);
    expect(await stored({ uploads, client, ...rest } as never)).toEqual(Buffer.from(content));
  });

  test("an object of another size is never published, and goes", async () => {
    const { uploads, session, client } = await open();
    client.forge(content.subarray(1));
    expect((await failure(uploads.complete(session.id))).code).toBe("SIZE_CONFLICT");
    expect((await failure(uploads.complete(session.id))).code).toBe("SIZE_CONFLICT");
    expect(await uploads.find({ path: "/a.bin" })).toBeNull();
    expect(client.backend.objects.size).toBe(0);
  });

  test("the declared checksum is compared with what the backend has", async () => {
    const wrong = { algorithm: "crc32", value: "AAAAAA==" } as const;
    const { uploads, session, send, client } = await open({}, { ...planned(size), checksum: wrong } as never);
    await send(0, 1, 2);
    expect((await failure(uploads.complete(session.id))).code).toBe("CHECKSUM_MISMATCH");
    expect(client.backend.objects.size).toBe(0);
  });

  test("given up, takes along what its client completed behind our back", async () => {
    const { uploads, session, send, client } = await open();
    await send(0, 1, 2);
    await client.finish();
    await uploads.abort(session.id);
    expect([client.backend.objects.size, client.backend.uploads.size]).toEqual([0, 0]);
  });

  test("given up, takes along what its client makes with its grants until they end", async () => {
    const now = { ms: 1_000_000 };
    const clock = { now: () => now.ms, sleep: async () => {} };
    const session = { ttlMs: 1_000, maxLifeMs: 10_000, tombstoneMs: 1_000 };
    const { engine, uploads, session: made, client } = await open({ runtime: { clock }, policy: { session } });
    await uploads.abort(made.id);
    now.ms = made.target.expiresAt - 1;
    await engine.sweep();
    client.forge(content);
    now.ms += 1;
    await engine.sweep();
    expect(client.backend.objects.size).toBe(0);
    expect((await failure(uploads.session(made.id))).code).toBe("SESSION_NOT_FOUND");
  });

  test("that the backend lost ends as failed", async () => {
    const { uploads, session, client } = await open();
    client.backend.uploads.clear();
    expect((await failure(uploads.complete(session.id))).code).toBe("BACKEND_LOST_UPLOAD");
  });

  test("a callback is verified where it claims to be the vendor's", async () => {
    const { uploads, session, send } = await open();
    await send(0, 1, 2);
    const said = { method: "POST", url: "/callback", headers: {}, body: new Uint8Array() };
    await failure(uploads.callback(session.id, said));
    expect((await uploads.status(session.id)).session.state).toBe("open");
    const real = { ...said, body: Uint8Array.of(1) };
    expect((await uploads.callback(session.id, real)).size).toBe(size);
    // Nor does whoever comes afterwards learn that it is complete.
    await failure(uploads.callback(session.id, said));
    expect((await uploads.callback(session.id, real)).size).toBe(size);
  });
});

describe("a direct upload that goes on through us", () => {
  test("sends no finished part again", async () => {
    const { uploads, session, send, write, ...rest } = await open();
    await send(0, 1);
    await write(2);
    const status = await uploads.status(session.id);
    expect([status.session.transfer, status.missing]).toEqual(["mixed", []]);
    await uploads.complete(session.id);
    expect(await stored({ uploads, session, ...rest } as never)).toEqual(Buffer.from(content));
  });

  test("counts what its client wrote over", async () => {
    const { uploads, session, send, write, client } = await open();
    await write(0);
    await send(1);
    await write(2);
    const other = pattern(4 * KiB, 9);
    await client.send(0, other);
    const object = await uploads.complete(session.id);
    expect(object.checksum).toBeUndefined();
    const entry = await uploads.find({ path: "/a.bin" });
    const bytes = await readAll(await uploads.read({ entryId: entry?.id ?? "" }, null));
    expect(bytes.subarray(0, 4 * KiB)).toEqual(Buffer.from(other));
  });

  test.each([true, false])("takes ours of several parts of one chunk, listed first: %p", async (isFirst) => {
    const { client, uploads, session, write, send } = await open();
    await write(0);
    await send(1, 2);
    const plain = { ...client.driver };
    let tokens: readonly string[] = [];
    Object.assign(client.driver, {
      sink: (...given: Parameters<typeof plain.sink>): ChunkSink => {
        const inner = plain.sink(...given);
        const probe: ChunkSink["probe"] = async (options) => {
          const probed = await inner.probe(options);
          if (probed.kind !== "open" || probed.parts === null) return probed;
          const late = { offset: 0, size: 4 * KiB, token: "late" };
          return { kind: "open", parts: isFirst ? [...probed.parts, late] : [late, ...probed.parts] };
        };
        const complete: ChunkSink["complete"] = (receipts, options) => {
          tokens = receipts.map(({ token }) => token);
          return inner.complete(receipts, options);
        };
        return { ...inner, probe, complete };
      },
    });
    await uploads.complete(session.id);
    expect(tokens).toHaveLength(3);
    expect(tokens).not.toContain("late");
  });

  test("of as many parts as any backend takes is looked at in an instant", async () => {
    const count = 50_000;
    const parts = Array.from({ length: count }, (_, offset) => ({ offset, size: 1, token: "ours" }));
    const store = memoryStore();
    const { client, uploads, session } = await open(
      { store: { ...store, receipts: async () => parts }, policy: { chunks: { size: 1 } } },
      planned(count),
    );
    const plain = { ...client.driver };
    Object.assign(client.driver, {
      sink: (...given: Parameters<typeof plain.sink>) => ({
        ...plain.sink(...given),
        probe: async () => ({ kind: "open", parts: parts.filter(({ offset }) => offset % 2 === 0) }),
      }),
    });
    const before = performance.now();
    expect((await uploads.status(session.id)).missing).toEqual([]);
    expect(performance.now() - before).toBeLessThan(500);
  });

  test("completes by itself where all came through us", async () => {
    const { uploads, session, write } = await open();
    await write(0);
    await write(1);
    await write(2);
    expect((await uploads.status(session.id)).session.state).toBe("completed");
  });

  test("keeps its order where the policy wants one", async () => {
    const { send, write, uploads, session } = await open({ policy: { chunks: { size: 4 * KiB, parallel: 1 } } });
    await send(0);
    expect((await failure(write(2))).details).toEqual({ expected: 4 * KiB, actual: 8 * KiB });
    await write(1);
    await write(2);
    expect((await uploads.complete(session.id)).size).toBe(size);
  });

  test("may still be granted, and both ways at once are one object", async () => {
    const { send, write, uploads, session, ...rest } = await open();
    await Promise.all([write(1), uploads.grant(session.id, all), send(0, 2)]);
    await uploads.complete(session.id);
    expect(await stored({ uploads, ...rest } as never)).toEqual(Buffer.from(content));
  });
});

describe("what is not direct", () => {
  test.each([
    ["an upload that its client cuts", free(size)],
    ["an empty one", planned(0)],
    ["one that its front-end wants through us", { ...planned(size), transfer: "through" } as const],
  ])("%s goes through us", async (_name, asked) => {
    const { session, uploads } = await open({}, asked as never);
    expect(session.transfer).toBe("through");
    expect((await failure(uploads.grant(session.id, { ...all, chunks: { start: 0, end: 1 } }))).code).toBe(
      "UNSUPPORTED",
    );
    expect((await failure(uploads.callback(session.id, null))).code).toBe("FORBIDDEN");
  });

  test("a driver without grants takes no direct policy", () => {
    expect(() => rig({ policy: { transfer: "direct" } })).toThrow("transfer: clients cannot upload to memory directly");
  });
});

describe("grants", () => {
  test.each([
    [0, 0],
    [2, 1],
    [0, 4],
    [-1, 2],
    [0.5, 1],
    [3, 4],
  ])("chunks %d to %d are refused", async (start, end) => {
    const { uploads, session } = await open();
    const error = await failure(uploads.grant(session.id, { chunks: { start, end }, completeBy: "server" }));
    expect(error.code).toBe("CHUNK_INDEX_INVALID");
  });

  test("are for the owner, and for an upload that is open", async () => {
    const { engine, uploads, session, client } = await open();
    expect((await failure(engine.as(bob).grant(session.id, all))).code).toBe("SESSION_NOT_FOUND");
    await uploads.abort(session.id);
    expect((await failure(uploads.grant(session.id, all))).code).toBe("SESSION_CLOSED");
    expect(client.granted).toHaveLength(1);
  });

  test("keep the upload alive up to its cap", async () => {
    const now = { ms: 1_000_000 };
    const clock = { now: () => now.ms, sleep: async () => {} };
    const session = { ttlMs: 1_000, maxLifeMs: 2_500, tombstoneMs: 1_000 };
    const { uploads, session: made } = await open({ runtime: { clock }, policy: { session } });
    const expiry = async (): Promise<number> => (await uploads.status(made.id)).session.expiresAt - 1_000_000;
    now.ms += 900;
    await uploads.grant(made.id, all);
    expect(await expiry()).toBe(1_900);
    now.ms += 10;
    await uploads.grant(made.id, all);
    expect(await expiry()).toBe(1_900);
    now.ms += 900;
    await uploads.grant(made.id, all);
    expect(await expiry()).toBe(2_500);
    now.ms += 700;
    expect((await failure(uploads.grant(made.id, all))).code).toBe("SESSION_EXPIRED");
  });
});
