import { copyLimit, measureCopy } from "./copy-limit.js";
import type { LoadClient } from "./load-client.js";
import { measure, type Measurement } from "./measure.js";
import type { Scenario } from "./scenarios.js";
import type { Subject } from "./subjects.js";
import type { WorkFolder } from "./work-folder.js";

/** All measurements of a scenario: one list for each round. */
export interface ScenarioRounds {
  readonly scenario: Scenario;
  readonly rounds: readonly (readonly Measurement[])[];
}

/** What a bench runs. */
export interface BenchPlan {
  readonly scenarios: readonly Scenario[];
  readonly subjects: readonly Subject[];
  readonly rounds: number;
  /** Hears of every measurement, as it is there. */
  readonly onMeasurement: (round: number, scenario: Scenario, measurement: Measurement) => void;
}

/**
 * Interleaved: each round runs every scenario with every subject, beginning with another subject each time, so that a
 * machine that gets slower or faster does so for all.
 */
export async function runRounds(
  plan: BenchPlan,
  work: WorkFolder,
  client: LoadClient,
): Promise<readonly ScenarioRounds[]> {
  const collected = plan.scenarios.map((scenario) => ({ scenario, rounds: [] as Measurement[][] }));
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const { scenario, rounds } of collected) {
      const measurements: Measurement[] = [];
      for (const run of turnsOf(plan.subjects, scenario, round)) {
        const measurement =
          run === copyLimit
            ? measureCopy(work.source, work.path, scenario.size)
            : await measure(run, scenario, { client, folder: work.path });
        plan.onMeasurement(round, scenario, measurement);
        measurements.push(measurement);
      }
      rounds.push(measurements);
    }
  }
  return collected;
}

function turnsOf(
  subjects: readonly Subject[],
  scenario: Scenario,
  round: number,
): readonly (Subject | typeof copyLimit)[] {
  const taking = scenario.subjects.filter((subject) => subjects.includes(subject));
  const first = round % taking.length;
  const rotated = [...taking.slice(first), ...taking.slice(0, first)];
  return scenario.withCopy === true ? [...rotated, copyLimit] : rotated;
}
