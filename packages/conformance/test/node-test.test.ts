import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { expect, test } from "@jest/globals";

interface Report {
  readonly exitCode: number;
  readonly lines: readonly string[];
}

/** Runs a test file with `node --test`, its TypeScript transformed as it is loaded. */
function nodeTest(file: string): Promise<Report> {
  const typescript = createRequire(import.meta.url).resolve("@stowage/config/typescript");
  const child = new URL(`children/${file}`, import.meta.url).pathname;
  const args = ["--import", typescript, "-C", "@stowage/source", "--test", "--test-reporter=tap", child];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { maxBuffer: 16 * 1024 * 1024 }, (error, stdout) => {
      const exitCode = typeof error?.code === "number" ? error.code : 0;
      resolve({ exitCode, lines: stdout.split("\n").map((line) => line.trim()) });
    });
  });
}

function count({ lines }: Report, what: string): number {
  return Number(lines.find((line) => line.startsWith(`# ${what} `))?.split(" ")[2]);
}

test("under node --test the reference driver and store pass, and what is not run says why", async () => {
  const report = await nodeTest("memory-suites.ts");
  expect(report.lines.filter((line) => line.startsWith("not ok"))).toEqual([]);
  expect(report.exitCode).toBe(0);
  expect(count(report, "pass")).toBeGreaterThan(180);
  expect(report.lines.some((line) => /^ok .*begin\/deferred-size: .*\(not run: .*# SKIP/.test(line))).toBe(true);
}, 60_000);

test("under node --test a wrong driver fails by name, and a skipped case is shown with its reason", async () => {
  const report = await nodeTest("wrong-driver.ts");
  expect(report.exitCode).toBe(1);
  const failed = report.lines.flatMap((line) => /^not ok \d+ - ([a-z-]+\/[a-z-]+): /.exec(line)?.[1] ?? []);
  expect(failed).toContain("abort/leaves-nothing");
  expect(failed).not.toContain("write/in-order");
  expect(report.lines.some((line) => /objects\/stat: .*not run: shown as not run.*# SKIP/.test(line))).toBe(true);
}, 60_000);
