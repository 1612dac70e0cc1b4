import type { Kit, Subject } from "../../src/kit/conformance-case.js";
import { runCase } from "../../src/kit/run-case.js";

/** Long enough for what is in memory, and short enough for what hangs. */
const patienceMs = 500;

/** The ids of the cases that fail, in the order of the kit. */
export async function failedCases<Fixture, Lab>(
  kit: Kit<Fixture, Lab>,
  subject: Subject<Fixture>,
): Promise<readonly string[]> {
  const outcomes = await Promise.all(
    kit.cases.map(async (each) => {
      const outcome = await runCase(kit, each, subject, { patienceMs }).catch(() => null);
      return outcome === null ? [each.id] : [];
    }),
  );
  return outcomes.flat();
}
