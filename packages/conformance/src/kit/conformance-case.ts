import type { Runtime } from "@stowage/core";
import type { ObservedRuntime } from "./observed-runtime.js";

/** One thing that must hold, as data. `Fixture` is what the subject's `setup` makes, `Lab` what a case works with. */
export interface ConformanceCase<Fixture, Lab> {
  /** Stable: `skip` and our own documents name cases by it. */
  readonly id: string;
  /** What must hold, as a sentence. */
  readonly says: string;
  /** Why it does not run for this subject; `null`: it runs. Absent: it always does. */
  readonly notFor?: (fixture: Fixture) => string | null;
  /** Rejects where it does not hold. */
  readonly run: (lab: Lab) => Promise<void>;
}

/** What is put to the test. */
export interface Subject<Fixture> {
  /** Shown by the runner. */
  readonly name: string;
  /** Called anew for each case. */
  setup(runtime: Runtime): Promise<Fixture> | Fixture;
  /** Reason by case id. An id that there is not, and an empty reason, are refused. */
  readonly skip?: Readonly<Record<string, string>>;
}

/** A kit of cases and what makes a lab of a fixture. */
export interface Kit<Fixture, Lab> {
  readonly cases: readonly ConformanceCase<Fixture, Lab>[];
  lab(fixture: Fixture, observed: ObservedRuntime, patienceMs: number): Lab;
  close(fixture: Fixture): Promise<void>;
}
