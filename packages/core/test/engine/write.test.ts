import { describe, expect, test } from "@jest/globals";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { memoryDriver } from "../../src/memory/index.js";
import { nodeRuntime } from "../../src/node/index.js";
import { breaking, failure, free, hanging, KiB, pattern, pieces, planned, readAll, rig, whole } from "./fixture.js";

const chunk = 4 * KiB;
const cut = (bytes: Uint8Array, index: number): Uint8Array => bytes.subarray(index * chunk, (index + 1) * chunk);

describe("a planned upload", () => {
  test("takes chunks in any order and in parallel, and is whole", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 10 * chunk }), fc.infiniteStream(fc.nat()), async (size, random) => {
        const { uploads } = rig();
        const bytes = pattern(size);
        const { id, target } = await uploads.create(planned(size));
        const order = Array.from({ length: target.plan?.count ?? 0 }, (_, index) => index).sort(
          () => ((random.next().value as number) % 3) - 1,
        );
        const done = await Promise.all(order.map((index) => uploads.write(id, { index }, whole(cut(bytes, index)))));
        expect(done.filter(({ object }) => object !== null).length).toBeGreaterThanOrEqual(1);
        expect(await readAll(await uploads.read({ sessionId: id }, null))).toEqual(Buffer.from(bytes));
        expect((await uploads.find({ path: "/a.bin" }))?.object?.size).toBe(size);
      }),
      { numRuns: 40 },
    );
  });

  test("acknowledges a chunk twice and stores it once, also after completion", async () => {
    const { uploads, events } = rig();
    const bytes = pattern(2 * chunk);
    const { id } = await uploads.create(planned(bytes.length));
    for (const index of [0, 0, 1]) await uploads.write(id, { index }, whole(cut(bytes, index)));
    expect(events.filter(({ type }) => type === "chunk.stored")).toHaveLength(2);
    const again = await uploads.write(id, { index: 1 }, whole(cut(bytes, 1)));
    expect(again.object?.size).toBe(bytes.length);
  });

  test("refuses other bytes for a chunk that is there, and keeps what is stored", async () => {
    const { uploads } = rig();
    const bytes = pattern(2 * chunk);
    const { id } = await uploads.create(planned(bytes.length));
    await uploads.write(id, { index: 0 }, whole(cut(bytes, 0)));
    expect((await failure(uploads.write(id, { index: 0 }, whole(pattern(chunk, 2))))).code).toBe("RANGE_OVERLAP");
    await uploads.write(id, { index: 1 }, whole(cut(bytes, 1)));
    expect((await failure(uploads.write(id, { index: 0 }, whole(pattern(chunk, 2))))).code).toBe("RANGE_OVERLAP");
    expect(await readAll(await uploads.read({ sessionId: id }, null))).toEqual(Buffer.from(bytes));
  });

  test.each([
    ["a short body", pieces(pattern(chunk - 1), 100), "CHUNK_SIZE_MISMATCH"],
    ["a long body", pieces(pattern(chunk + 1), 100), "CHUNK_SIZE_MISMATCH"],
    ["a short body of unknown length", pieces(pattern(chunk - 1), 100, false), "BODY_TRUNCATED"],
    ["a long body of unknown length", pieces(pattern(chunk + 1), 100, false), "CHUNK_SIZE_MISMATCH"],
    ["a body that is shorter than it says", { ...pieces(pattern(chunk - 1), 100), size: chunk }, "BODY_TRUNCATED"],
    ["a body that breaks off", breaking(pattern(100), chunk), "INTERRUPTED"],
  ])("refuses %s, and changes nothing", async (_, body, code) => {
    const { uploads } = rig();
    const { id } = await uploads.create(planned(2 * chunk));
    expect((await failure(uploads.write(id, { index: 0 }, body))).code).toBe(code);
    expect(await uploads.status(id)).toMatchObject({ contiguousOffset: 0, missing: [{ start: 0, end: 2 * chunk }] });
    await uploads.write(id, { index: 0 }, whole(pattern(chunk)));
    expect((await uploads.status(id)).contiguousOffset).toBe(chunk);
  });

  test.each([-1, 2, 0.5, Number.NaN, Number.MAX_SAFE_INTEGER])("refuses the index %p", async (index) => {
    const { uploads } = rig();
    const { id } = await uploads.create(planned(2 * chunk));
    expect((await failure(uploads.write(id, { index }, whole(pattern(chunk))))).code).toBe("CHUNK_INDEX_INVALID");
  });

  test("goes strictly in order where the policy takes one chunk at a time", async () => {
    const { uploads } = rig({ policy: { chunks: { size: chunk, parallel: 1 } } });
    const bytes = pattern(3 * chunk);
    const { id } = await uploads.create(planned(bytes.length));
    const early = await failure(uploads.write(id, { index: 1 }, whole(cut(bytes, 1))));
    expect(early).toMatchObject({ code: "OFFSET_MISMATCH", details: { expected: 0, actual: chunk } });
    for (const index of [0, 0, 1, 2]) await uploads.write(id, { index }, whole(cut(bytes, index)));
    expect(await readAll(await uploads.read({ sessionId: id }, null))).toEqual(Buffer.from(bytes));
  });

  test("verifies a digest in the same pass", async () => {
    const { uploads } = rig({ runtime: nodeRuntime() });
    const bytes = pattern(chunk);
    const { id } = await uploads.create(planned(chunk));
    const value = createHash("sha256").update(bytes).digest("base64");
    const wrong = { algorithm: "sha256", value: createHash("sha256").digest("base64") } as const;
    expect((await failure(uploads.write(id, { index: 0 }, whole(bytes), { checksum: wrong }))).code).toBe(
      "CHECKSUM_MISMATCH",
    );
    expect((await uploads.status(id)).contiguousOffset).toBe(0);
    const trailer = Promise.resolve({ algorithm: "sha256", value } as const);
    expect((await uploads.write(id, { index: 0 }, whole(bytes), { checksum: trailer })).object).toMatchObject({
      size: chunk,
    });
  });

  test("gives the object the CRC-32 of its chunks, combined", async () => {
    const { uploads } = rig();
    const bytes = pattern(3 * chunk + 17);
    const { id } = await uploads.create(planned(bytes.length));
    for (const index of [3, 1, 0, 2]) await uploads.write(id, { index }, whole(cut(bytes, index)));
    const digest = nodeRuntime().digest("crc32");
    digest.update(bytes);
    expect((await uploads.complete(id)).checksum).toEqual({ algorithm: "crc32", value: digest.value() });
  });
});

describe("a free upload", () => {
  test("is cut into strides, and a kill would cost one of them", async () => {
    const { uploads, events } = rig({ timing: { stride: 1000 } });
    const bytes = pattern(4500);
    const { id } = await uploads.create(free(bytes.length));
    const progress: number[] = [];
    await uploads.write(id, { offset: 0 }, pieces(bytes, 300), { onProgress: (received) => progress.push(received) });
    expect(progress).toEqual([1000, 2000, 3000, 4000, 4500]);
    expect(events.filter(({ type }) => type === "chunk.stored")).toHaveLength(5);
    await uploads.complete(id);
    expect(await readAll(await uploads.read({ sessionId: id }, null))).toEqual(Buffer.from(bytes));
  });

  test("keeps what came before a broken connection", async () => {
    const { uploads } = rig({ timing: { stride: 1000 } });
    const bytes = pattern(5000);
    const { id } = await uploads.create(free(bytes.length));
    expect((await failure(uploads.write(id, { offset: 0 }, breaking(bytes.subarray(0, 2345), 5000)))).code).toBe(
      "INTERRUPTED",
    );
    expect((await uploads.status(id)).contiguousOffset).toBe(2345);
    await uploads.write(id, { offset: 2345 }, pieces(bytes.subarray(2345), 777, false));
    await uploads.complete(id);
    expect(await readAll(await uploads.read({ sessionId: id }, null))).toEqual(Buffer.from(bytes));
  });

  test("takes a resend that overlaps strides: compares what is there, writes what is missing", async () => {
    const { uploads } = rig({ timing: { stride: 1000 } });
    const bytes = pattern(5000);
    const { id } = await uploads.create(free(bytes.length));
    await failure(uploads.write(id, { offset: 0 }, breaking(bytes.subarray(0, 2345), 5000)));
    await uploads.write(id, { offset: 4000 }, whole(bytes.subarray(4000)));
    await uploads.write(id, { offset: 0 }, pieces(bytes, 333));
    await uploads.write(id, { offset: 0 }, pieces(bytes, 4999, false));
    await uploads.complete(id);
    await uploads.write(id, { offset: 0 }, pieces(bytes, 333));
    expect(await readAll(await uploads.read({ sessionId: id }, null))).toEqual(Buffer.from(bytes));
    const other = Uint8Array.from(bytes);
    other[4321] = (other[4321] ?? 0) ^ 1;
    expect((await failure(uploads.write(id, { offset: 0 }, whole(other)))).code).toBe("RANGE_OVERLAP");
  });

  test("has a size declared late, and never more than its limit", async () => {
    const { uploads } = rig({ policy: { accept: { maxSize: 10_000 } } });
    const { id } = await uploads.create(free(null));
    await uploads.write(id, { offset: 0 }, pieces(pattern(3000), 100, false));
    expect((await failure(uploads.write(id, { offset: 3000 }, pieces(pattern(8000), 100, false)))).code).toBe(
      "OBJECT_TOO_LARGE",
    );
    const { contiguousOffset } = await uploads.status(id);
    expect((await failure(uploads.declareSize(id, contiguousOffset - 1))).code).toBe("SIZE_CONFLICT");
    expect((await failure(uploads.complete(id))).code).toBe("UPLOAD_INCOMPLETE");
    await uploads.declareSize(id, contiguousOffset);
    await uploads.declareSize(id, contiguousOffset);
    expect((await failure(uploads.declareSize(id, contiguousOffset + 1))).code).toBe("SIZE_CONFLICT");
    expect((await uploads.complete(id)).size).toBe(contiguousOffset);
  });

  test("of unknown size may come to what its owner's quota has left", async () => {
    const { uploads } = rig({ quota: () => 100 });
    await uploads.create(planned(60, "/b"));
    const { id, sizeLimit } = await uploads.create(free(null));
    expect(sizeLimit).toBe(40);
    expect((await failure(uploads.write(id, { offset: 0 }, pieces(pattern(41), 10, false)))).code).toBe(
      "OBJECT_TOO_LARGE",
    );
  });

  test("says what is missing", async () => {
    const { uploads } = rig();
    const { id } = await uploads.create(free(100));
    await uploads.write(id, { offset: 10 }, whole(pattern(20)));
    const error = await failure(uploads.complete(id));
    expect(error).toMatchObject({
      code: "UPLOAD_INCOMPLETE",
      details: {
        missing: [
          { start: 0, end: 10 },
          { start: 30, end: 100 },
        ],
      },
    });
    expect((await failure(uploads.write(id, { offset: 99 }, whole(pattern(2))))).code).toBe("SIZE_CONFLICT");
    expect((await failure(uploads.write(id, { offset: 5 }, whole(pattern(10))))).code).toBe("RANGE_OVERLAP");
  });

  test("any cut, any order, duplicates, breaks and four writers give the same object", async () => {
    const extent = fc.tuple(fc.nat(4999), fc.integer({ min: 1, max: 3000 }), fc.boolean());
    await fc.assert(
      fc.asyncProperty(
        fc.array(extent, { maxLength: 12 }),
        fc.integer({ min: 100, max: 2000 }),
        async (extents, stride) => {
          const { uploads } = rig({ timing: { stride } });
          const bytes = pattern(5000);
          const { id } = await uploads.create(free(5000));
          const send = async ([start, length, breaks]: readonly [number, number, boolean]): Promise<void> => {
            const part = bytes.subarray(start, start + length);
            const body = breaks ? breaking(part.subarray(0, part.length >> 1), part.length) : pieces(part, 321);
            await uploads.write(id, { offset: start }, body).catch(() => {});
          };
          for (let at = 0; at < extents.length; at += 4) await Promise.all(extents.slice(at, at + 4).map(send));
          for (const { start, end } of (await uploads.status(id)).missing)
            await uploads.write(id, { offset: start }, whole(bytes.subarray(start, end)));
          await uploads.complete(id);
          expect(await readAll(await uploads.read({ sessionId: id }, null))).toEqual(Buffer.from(bytes));
        },
      ),
      { numRuns: 60 },
    );
  });

  test("a body that is wanted whole keeps nothing of itself where it breaks off, digest or not", async () => {
    const { uploads } = rig();
    const { id } = await uploads.create(free(10 * KiB));
    const stream = async function* () {
      yield pattern(KiB);
      throw new Error("reset");
    };
    const body = { size: 4 * KiB, oneShot: true, stream };
    await failure(uploads.write(id, { offset: 0 }, body, { whole: true }));
    expect((await uploads.status(id)).contiguousOffset).toBe(0);
    await failure(uploads.write(id, { offset: 0 }, body));
    expect((await uploads.status(id)).contiguousOffset).toBe(KiB);
  });

  test("a driver of whole parts only keeps nothing of a broken body", async () => {
    const { uploads } = rig({ driver: memoryDriver({ partialChunks: false }) });
    const { id } = await uploads.create(free(100));
    expect((await failure(uploads.write(id, { offset: 0 }, breaking(pattern(50), 100)))).code).toBe("INTERRUPTED");
    expect((await uploads.status(id)).contiguousOffset).toBe(0);
  });
});

describe("newest writer wins", () => {
  test("over a half-open one in this process, and its bytes are kept", async () => {
    const { uploads } = rig();
    const bytes = pattern(1000);
    const { id } = await uploads.create(free(1000));
    const stuck = hanging(bytes.subarray(0, 600), 1000);
    const old = failure(uploads.write(id, { offset: 0 }, stuck));
    await stuck.started;
    expect((await uploads.takeOver(id)).contiguousOffset).toBe(600);
    expect((await old).code).toBe("SUPERSEDED");
    await uploads.write(id, { offset: 600 }, whole(bytes.subarray(600)));
    expect((await uploads.complete(id)).size).toBe(1000);
  });

  test("over a half-open one of the same chunk", async () => {
    const { uploads } = rig();
    const bytes = pattern(2 * chunk);
    const { id } = await uploads.create(planned(bytes.length));
    const stuck = hanging(bytes.subarray(0, 10), chunk);
    const old = failure(uploads.write(id, { index: 0 }, stuck));
    await stuck.started;
    await uploads.write(id, { index: 0 }, whole(cut(bytes, 0)));
    expect((await old).code).toBe("SUPERSEDED");
    expect((await uploads.write(id, { index: 1 }, whole(cut(bytes, 1)))).object).not.toBeNull();
  });

  test("over one in another process, which watches its claim", async () => {
    const first = rig();
    const second = rig({ store: first.store, driver: first.driver });
    const { id } = await first.uploads.create(free(1000));
    const stuck = hanging(pattern(600), 1000);
    const old = failure(first.uploads.write(id, { offset: 0 }, stuck));
    await stuck.started;
    expect((await second.uploads.takeOver(id)).contiguousOffset).toBe(600);
    expect((await old).code).toBe("SUPERSEDED");
  });
});
