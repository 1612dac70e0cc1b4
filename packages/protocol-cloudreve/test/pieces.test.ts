import { describe, expect, test } from "@jest/globals";
import { bytes, fromStream, planChunks, chunkAt } from "@stowage/core";
import fc from "fast-check";
import { printCapability } from "../src/files/capability.js";
import { parseEntityId, printEntityId } from "../src/files/entity-id.js";
import { parsePageToken, printPageToken } from "../src/files/page-token.js";
import type { OwnCall } from "../src/call.js";
import { callbackSecret } from "../src/callback/callback-secret.js";
import { derivedKeys } from "../src/session/derived-keys.js";
import { slices } from "../src/upload/slices.js";
import { missingChunks, uploadStatus } from "../src/upload/upload-status.js";
import { makeWireFacts } from "../src/upload/wire-facts.js";

async function* pieces(all: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* all;
}

describe("small parts", () => {
  test("a body cut into the chunks of a plan is the same body", async () => {
    const parts = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(parts, fc.integer({ min: 1, max: 30 }), async (all, chunkSize) => {
        const whole = Buffer.concat(all);
        const plan = planChunks(whole.length, chunkSize, { minSize: 1, maxSize: 1e9, maxCount: 1e9 });
        const slice = slices(fromStream(pieces(all), whole.length));
        const read: Uint8Array[] = [];
        for (let index = 0; index < plan.count; index += 1) {
          const range = chunkAt(plan, index);
          const chunk = await bytes(slice(range, index === plan.count - 1), 1e9);
          expect(chunk.byteLength).toBe(range.end - range.start);
          read.push(chunk);
        }
        expect(Buffer.concat(read).equals(whole)).toBe(true);
      }),
    );
  });

  test("the last slice shows a body that is too long", async () => {
    const slice = slices(fromStream(pieces([new Uint8Array(10)]), 8));
    await bytes(slice({ start: 0, end: 4 }, false), 100);
    await expect(bytes(slice({ start: 4, end: 8 }, true), 100)).rejects.toMatchObject({ code: "CHUNK_SIZE_MISMATCH" });
  });

  test("chunks that miss a byte", () => {
    const plan = { size: 25, chunkSize: 10, count: 3 };
    expect(missingChunks(plan, [{ start: 0, end: 25 }], 9)).toEqual([0, 1, 2]);
    expect(missingChunks(plan, [{ start: 0, end: 25 }], 2)).toEqual([0, 1]);
    expect(missingChunks(plan, [{ start: 10, end: 20 }], 9)).toEqual([1]);
    expect(missingChunks(plan, [{ start: 19, end: 21 }], 9)).toEqual([1, 2]);
    expect(missingChunks(plan, [], 9)).toEqual([]);
    expect(missingChunks({ size: 0, chunkSize: 0, count: 1 }, [], 9)).toEqual([0]);
  });

  test("ranges are cut as indices are", async () => {
    const plan = { size: 30_003, chunkSize: 3, count: 10_001 };
    const missing = Array.from({ length: 10_001 }, (_, index) => ({ start: 3 * index + 1, end: 3 * index + 2 }));
    const facts = { protocol: "cloudreve", wire: makeWireFacts("cloudreve://my/a", undefined) };
    const status = async (ranges: typeof missing): Promise<unknown> =>
      uploadStatus({
        parts: ["s"],
        engine: { status: async () => ({ session: { ...facts, state: "open", target: { plan } }, missing: ranges }) },
      } as unknown as OwnCall);
    expect(await status(missing)).toMatchObject({ data: { missing: missing.slice(0, 10_000), more_missing: true } });
    expect(await status(missing.slice(1))).toMatchObject({ data: { missing: missing.slice(1), more_missing: false } });
  });

  test("capability bits as Cloudreve counts them", () => {
    const bitsOf = (text: string): number[] =>
      [...Buffer.from(text, "base64")].flatMap((byte, at) =>
        [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => byte & (1 << bit)).map((bit) => at * 8 + bit),
      );
    expect(bitsOf(printCapability(["create", "upload", "list", "enter"]))).toEqual([0, 6, 9, 23]);
    // Cloudreve's own root has these too.
    expect(bitsOf("w8edAQ==")).toEqual(expect.arrayContaining([0, 1, 6, 7, 9, 14, 15, 19, 23]));
  });

  test("entity ids and page tokens are read back", () => {
    const id = fc.stringMatching(/^[\w~-]{1,40}$/);
    fc.assert(
      fc.property(id, id, (entry, version) => {
        expect(parseEntityId(printEntityId({ id: entry, version }))).toEqual({ entryId: entry, version });
      }),
    );
    for (const bad of ["", "a", ".", "a.", ".b", "a b.c", "a/b.c"]) expect(parseEntityId(bad)).toBeNull();
    const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(name, (given) => {
        fc.pre(!/\p{Cc}|\//u.test(given) && given !== "." && given !== "..");
        expect(parsePageToken(printPageToken(given))).toBe(given);
      }),
    );
    for (const bad of ["?", "a", "Lg==", "_w==", "L2E="]) expect(() => parsePageToken(bad)).toThrow("next_page_token");
  });

  test("callback secrets are 32 letters and digits, others for each session and site", async () => {
    const of = (key: string, count: number): Promise<readonly string[]> =>
      Promise.all(Array.from({ length: count }, (_, at) => callbackSecret(derivedKeys(key.repeat(32)), `s${at}`)));
    const secrets = [...(await of("a", 200)), ...(await of("b", 200))];
    for (const secret of secrets) expect(secret).toMatch(/^[0-9A-Za-z]{32}$/);
    expect(new Set(secrets).size).toBe(400);
    expect(await of("a", 3)).toEqual(secrets.slice(0, 3));
  });
});
