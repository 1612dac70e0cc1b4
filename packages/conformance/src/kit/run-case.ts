import type { ConformanceCase, Kit, Subject } from "./conformance-case.js";
import { observedRuntime } from "./observed-runtime.js";
import { within } from "./within.js";

/** How a case ended that did not fail. */
export type CaseOutcome = { readonly kind: "passed" } | { readonly kind: "not-run"; readonly reason: string };

/** How long a case waits. */
export interface RunOptions {
  /** Milliseconds that one call may take before it counts as hung. Default 5,000. */
  readonly patienceMs?: number;
}

const defaultPatienceMs = 5_000;
/** A case makes many calls, each of which has its own patience. */
const patiencePerCase = 12;

/** What a runner should allow for one case, setup and close included. */
export function caseLimitMs({ patienceMs = defaultPatienceMs }: RunOptions): number {
  return patienceMs * (patiencePerCase + 1);
}

/**
 * Runs one case against a fixture of its own. Rejects where the case fails, with an error that names it.
 *
 * @example
 * for (const each of driverKit.cases) console.log(each.id, await runCase(driverKit, each, subject));
 */
export async function runCase<Fixture, Lab>(
  kit: Kit<Fixture, Lab>,
  which: ConformanceCase<Fixture, Lab>,
  subject: Subject<Fixture>,
  options: RunOptions = {},
): Promise<CaseOutcome> {
  const { patienceMs = defaultPatienceMs } = options;
  const observed = observedRuntime();
  const fixture = await subject.setup(observed.runtime);
  try {
    const reason = subject.skip?.[which.id] ?? which.notFor?.(fixture) ?? null;
    if (reason !== null) return { kind: "not-run", reason };
    const run = which.run(kit.lab(fixture, observed, patienceMs));
    await within(patienceMs * patiencePerCase, run, "the case ends");
    return { kind: "passed" };
  } catch (cause) {
    throw new Error(`${which.id}: ${which.says}: ${messageOf(cause)}`, { cause });
  } finally {
    await kit.close(fixture);
  }
}

function messageOf(error: unknown): string {
  return typeof error === "object" && error !== null && "message" in error ? String(error.message) : String(error);
}
