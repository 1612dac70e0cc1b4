import { expect, test } from "@jest/globals";
import { median, pairedRatio } from "../src/statistics.js";

test("the median is the middle one, or the mean of the two in the middle", () => {
  expect(median([])).toBeNull();
  expect(median([7])).toBe(7);
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 10, 2])).toBe(3);
});

test("ratios are taken within a round, whatever the rounds are like among themselves", () => {
  // A machine that is ten times slower in the second round changes no ratio.
  expect(pairedRatio([200, 20, 200], [100, 10, 100])).toBe(2);
  expect(pairedRatio([3, null, 5], [1, 1, null])).toBe(3);
  expect(pairedRatio([1], [0])).toBeNull();
  expect(pairedRatio([null], [null])).toBeNull();
});
