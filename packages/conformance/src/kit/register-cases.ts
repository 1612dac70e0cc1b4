import type { ConformanceCase, Kit, Subject } from "./conformance-case.js";
import { checkSkips } from "./check-skips.js";
import { observedRuntime } from "./observed-runtime.js";
import { caseLimitMs, runCase, type RunOptions } from "./run-case.js";

/** What the kit needs of a test runner. */
export interface TestRunner {
  describe(name: string, body: () => void): void;
  test(name: string, body: () => Promise<void>, limitMs: number): void;
  /** Reported as not run. */
  skip(name: string): void;
}

/**
 * Makes one test of each case. Sets the subject up once before, to learn which cases its capabilities choose, so
 * that the others are reported as not run, each with its reason.
 *
 * @throws {TypeError} for a `skip` that names no case or gives no reason
 */
export async function registerCases<Fixture, Lab>(
  runner: TestRunner,
  kit: Kit<Fixture, Lab>,
  subject: Subject<Fixture>,
  options: RunOptions = {},
): Promise<void> {
  checkSkips(kit.cases, subject.skip ?? {});
  const reasons = await whyNotRun(kit, subject);
  runner.describe(subject.name, () => {
    for (const each of kit.cases) {
      const reason = reasons.get(each.id);
      const name = `${each.id}: ${each.says}`;
      if (reason === undefined) runner.test(name, () => run(kit, each, subject, options), caseLimitMs(options));
      else runner.skip(`${name} (not run: ${reason})`);
    }
  });
}

async function whyNotRun<Fixture, Lab>(
  kit: Kit<Fixture, Lab>,
  subject: Subject<Fixture>,
): Promise<ReadonlyMap<string, string>> {
  const fixture = await subject.setup(observedRuntime().runtime);
  try {
    const reasons = kit.cases.map(({ id, notFor }) => [id, subject.skip?.[id] ?? notFor?.(fixture) ?? null] as const);
    return new Map(reasons.filter((each): each is readonly [string, string] => each[1] !== null));
  } finally {
    await kit.close(fixture);
  }
}

async function run<Fixture, Lab>(
  kit: Kit<Fixture, Lab>,
  each: ConformanceCase<Fixture, Lab>,
  subject: Subject<Fixture>,
  options: RunOptions,
): Promise<void> {
  const outcome = await runCase(kit, each, subject, options);
  if (outcome.kind === "not-run") throw new Error(`${each.id}: chosen, and then not run: ${outcome.reason}`);
}
