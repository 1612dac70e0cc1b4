import type { Kit, Subject } from "../../src/kit/conformance-case.js";
import { runCase } from "../../src/kit/run-case.js";

/** Long enough for what is in memory, and short enough for what hangs. */
const patienceMs = 500;
/** A case that races need not lose its first one; a case that should pass may be late on a busy machine. */
const tries = { toCatch: 20, toPass: 3 };

/** The ids of the cases that fail, in the order of the kit. `caughtBy`: those that are expected to. */
export async function failedCases<Fixture, Lab>(
  kit: Kit<Fixture, Lab>,
  subject: Subject<Fixture>,
  caughtBy: readonly string[],
): Promise<readonly string[]> {
  const passes = (each: (typeof kit.cases)[number]): Promise<boolean> =>
    runCase(kit, each, subject, { patienceMs }).then(
      () => true,
      () => false,
    );
  const outcomes = await Promise.all(
    kit.cases.map(async (each) => {
      const isExpected = caughtBy.includes(each.id);
      for (let left = isExpected ? tries.toCatch : tries.toPass; left > 0; left--) {
        if ((await passes(each)) !== isExpected) return isExpected ? [each.id] : [];
      }
      return isExpected ? [] : [each.id];
    }),
  );
  return outcomes.flat();
}
