import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { byteBudget, bytes, fromBytes, fromStream, writeBehind } from "../src/index.js";
import { failure, pattern, pieces } from "./engine/fixture.js";

const { signal } = new AbortController();

describe("bytes", () => {
  test("joins what comes, however it is cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 50 }), async (content, step) => {
        expect(await bytes(pieces(content, step), 300)).toEqual(content);
      }),
    );
  });

  test.each([
    [pieces(pattern(11), 4, false), "OBJECT_TOO_LARGE"],
    [fromBytes(pattern(11)), "OBJECT_TOO_LARGE"],
    [{ ...pieces(pattern(9), 4), size: 10 }, "BODY_TRUNCATED"],
    [{ ...pieces(pattern(9), 4), size: 8 }, "CHUNK_SIZE_MISMATCH"],
  ])("refuses what is too long or not as announced (%#)", async (body, code) => {
    expect((await failure(bytes(body, 10))).code).toBe(code);
  });
});

describe("writeBehind", () => {
  test("writes all in order, in batches of at least the size asked for but the last, and gives the budget back", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(5000),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 700 }),
        async (size, step, batch) => {
          const content = pattern(size);
          const memory = byteBudget(1000);
          const written: { readonly size: number; readonly at: number }[] = [];
          const parts: Uint8Array[] = [];
          const count = await writeBehind(
            pieces(content, step),
            () => batch,
            memory,
            async (batched, at) => {
              parts.push(...batched);
              written.push({ size: batched.reduce((sum, piece) => sum + piece.byteLength, 0), at });
            },
            { signal },
          );
          expect(count).toBe(size);
          expect(Buffer.concat(parts)).toEqual(Buffer.from(content));
          expect(written.slice(0, -1).every((each) => each.size >= batch)).toBe(true);
          expect(written.map(({ at }) => at)).toEqual(
            written.map((_, i) => written.slice(0, i).reduce((sum, each) => sum + each.size, 0)),
          );
          expect(memory.tryTake(1000)).toBe(true);
        },
      ),
    );
  });

  test("writes what came before the body broke, then throws", async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield pattern(5);
      throw new Error("reset");
    }
    let written = 0;
    const memory = byteBudget(100);
    const call = writeBehind(
      fromStream(broken(), null),
      50,
      memory,
      async ([piece]) => void (written += piece?.byteLength ?? 0),
      { signal },
    );
    await expect(call).rejects.toThrow("reset");
    expect(written).toBe(5);
    expect(memory.tryTake(100)).toBe(true);
  });

  test("takes no budget for a batch that waits for a slow backend, so others go on", async () => {
    const memory = byteBudget(100);
    const body = () => pieces(pattern(60), 5);
    let goOn = (): void => {};
    const stalled = new Promise<void>((resolve) => (goOn = resolve));
    const slow = Array.from({ length: 4 }, () => writeBehind(body(), 20, memory, () => stalled, { signal }));
    // Each of the four gets one batch to its backend, and fills the next one.
    await new Promise((resolve) => setImmediate(resolve));
    expect(await writeBehind(body(), 20, memory, () => Promise.resolve(), { signal })).toBe(60);
    goOn();
    expect(await Promise.all(slow)).toEqual([60, 60, 60, 60]);
    expect(memory.tryTake(100)).toBe(true);
  });

  test("throws what a write throws, and gives the budget back", async () => {
    const memory = byteBudget(100);
    const call = writeBehind(pieces(pattern(90), 10), 20, memory, () => Promise.reject(new Error("disk")), { signal });
    await expect(call).rejects.toThrow("disk");
    expect(memory.tryTake(100)).toBe(true);
  });
});

describe("byteBudget", () => {
  test("serves who waits in order, lets a large one in when all is free, and forgets who gave up", async () => {
    const memory = byteBudget(10);
    const order: string[] = [];
    expect(memory.tryTake(8)).toBe(true);
    const large = memory.take(50, { signal }).then(() => order.push("large"));
    const leaving = new AbortController();
    const gone = memory.take(5, { signal: leaving.signal }).catch(() => order.push("gone"));
    const small = memory.take(1, { signal }).then(() => order.push("small"));
    expect(memory.tryTake(1)).toBe(false);
    leaving.abort();
    await gone;
    memory.give(8);
    await large;
    memory.give(50);
    await small;
    expect(order).toEqual(["gone", "large", "small"]);
  });
});
