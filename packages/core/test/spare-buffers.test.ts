import { expect, test } from "@jest/globals";
import { spareBuffers } from "../src/node/spare-buffers.js";

test("a buffer that was given back is taken again; no two have it at once", () => {
  const spares = spareBuffers(100);
  const first = spares.take(40);
  expect(first.byteLength).toBe(40);
  expect(spares.take(40)).not.toBe(first);
  spares.give(first);
  expect(spares.take(40)).toBe(first);
  expect(spares.take(40)).not.toBe(first);
});

test("no more is kept than may be", () => {
  const spares = spareBuffers(100);
  const [a, b, c] = [spares.take(40), spares.take(40), spares.take(40)];
  for (const buffer of [a, b, c]) spares.give(buffer);
  expect([spares.take(40), spares.take(40)]).toEqual([b, a]);
  expect(spares.take(40)).not.toBe(c);
  const large = spares.take(101);
  spares.give(large);
  expect(spares.take(101)).not.toBe(large);
});

test("a last chunk drives no others away, larger chunks do", () => {
  const spares = spareBuffers(100);
  const [usual, last] = [spares.take(40), spares.take(7)];
  spares.give(usual);
  spares.give(last);
  expect(spares.take(7)).not.toBe(last);
  expect(spares.take(40)).toBe(usual);
  spares.give(usual);
  const larger = spares.take(50);
  spares.give(larger);
  expect(spares.take(50)).toBe(larger);
  expect(spares.take(40)).not.toBe(usual);
});
