import { expect, test } from "@jest/globals";
import type { Measurement } from "../src/measure.js";
import { markdownReport } from "../src/report.js";
import { scenarios } from "../src/scenarios.js";

const gib = 1024 ** 3;

function measurement(subject: string, rate: number, cpuSeconds: number, failures = 0): Measurement {
  const unknown = {
    userSeconds: null,
    peakFiles: null,
    s3Calls: null,
    requestMsMedian: null,
    requestMs99: 12.34,
    firstFailure: "",
  };
  return { ...unknown, subject, rate, cpuSeconds, failures, seconds: 1, peakResident: gib / 8 };
}

test("a table has medians, paired ratios, and leaves out what failed", () => {
  const [scenario] = scenarios.filter(({ id }) => id === "B");
  if (scenario === undefined) throw new Error("no scenario B");
  const rounds = [
    [measurement("stowage", 800, 1), measurement("@tus/server", 400, 2)],
    [measurement("stowage", 80, 5), measurement("@tus/server", 40, 10)],
    [measurement("stowage", 9_999, 0.01, 3), measurement("@tus/server", 500, 2)],
  ];
  const table = markdownReport(["a fact"], [{ scenario, rounds }]);
  expect(table).toContain("- a fact");
  expect(table).toContain(
    "| stowage | 440 [80 to 800] | 2.00 | – | 3.00 [1.00 to 5.00] | 0.50 | – | 128 [128 to 128] |",
  );
  expect(table).toContain("| @tus/server | 400 [40 to 500] | 1.00 |");
  expect(table).toMatch(/^\| stowage .* 3 \|$/m);
});
