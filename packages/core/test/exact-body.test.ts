import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { exactBody, fromBytes, fromStream } from "../src/index.js";

async function collect(body: ReturnType<typeof exactBody>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body.stream()) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function* inPieces(sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const size of sizes) yield Uint8Array.from({ length: size }, () => at++ % 256);
}

test("passes on what has the announced length, and nothing else", async () => {
  const pieces = fc.array(fc.nat(9), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(pieces, fc.nat(40), async (sizes, announced) => {
      const total = sizes.reduce((sum, size) => sum + size, 0);
      const passed = collect(exactBody(fromStream(inPieces(sizes), announced), announced, 7));
      if (total === announced)
        expect(await passed).toEqual(Buffer.from(Array.from({ length: total }, (_, at) => at % 256)));
      else
        await expect(passed).rejects.toMatchObject({
          code: total < announced ? "BODY_TRUNCATED" : "CHUNK_SIZE_MISMATCH",
        });
    }),
  );
});

test("the last byte waits until the source has ended well", async () => {
  async function* wrong(): AsyncGenerator<Uint8Array> {
    yield Uint8Array.of(1, 2, 3);
    throw new Error("the digest differs");
  }
  const seen: number[] = [];
  const read = async (): Promise<void> => {
    for await (const piece of exactBody(fromStream(wrong(), 3), 3, 0).stream()) seen.push(...piece);
  };
  await expect(read()).rejects.toThrow("the digest differs");
  expect(seen).toEqual([1, 2]);
});

test("can be read as often as its source", async () => {
  const body = exactBody(fromBytes(Uint8Array.of(1, 2)), 2, 0);
  expect(body.oneShot).toBe(false);
  expect([await collect(body), await collect(body)]).toEqual([Buffer.from([1, 2]), Buffer.from([1, 2])]);
});
