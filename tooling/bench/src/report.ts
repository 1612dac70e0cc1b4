import type { Measurement } from "./measure.js";
import type { ScenarioRounds } from "./run-rounds.js";
import { median, pairedRatio } from "./statistics.js";

const mib = 1024 * 1024;
const gib = 1024 * mib;

/** The tables, in markdown. */
export function markdownReport(facts: readonly string[], results: readonly ScenarioRounds[]): string {
  return [...facts.map((fact) => `- ${fact}`), "", ...results.flatMap(scenarioTable)].join("\n");
}

/** A column of numbers of one subject, one for each round; `null` where a round has none. */
type Series = readonly (number | null)[];

function scenarioTable({ scenario, rounds }: ScenarioRounds): string[] {
  const names = [...new Set(rounds.flat().map(({ subject }) => subject))];
  const hasBucket = scenario.subjects.some(({ backend }) => backend === "s3");
  const perGib = scenario.rate === "MiB/s";
  const amount = perGib ? (scenario.size * scenario.count) / gib : scenario.count / 1000;
  const rate: Pick = (one) => one.rate;
  const cpu: Pick = (one) => (one.cpuSeconds === null ? null : one.cpuSeconds / amount);
  const series = (name: string, pick: Pick): Series =>
    rounds.map((round) => {
      const one = round.find(({ subject }) => subject === name);
      return one === undefined || one.failures > 0 ? null : pick(one);
    });
  const compared = (name: string, pick: Pick, digits: number): string[] => [
    range(series(name, pick), digits),
    ...scenario.against.map(({ subject }) => ratio(pairedRatio(series(name, pick), series(subject.name, pick)))),
  ];
  const rows = names.map((name) => [
    name,
    ...compared(name, rate, 0),
    ...compared(name, cpu, 2),
    range(inMib(series(name, ({ peakResident }) => peakResident)), 0),
    ...(hasBucket ? [range(inMib(series(name, ({ peakFiles }) => peakFiles)), 1)] : []),
    range(
      series(name, ({ requestMs99 }) => requestMs99),
      1,
    ),
    String(rounds.flat().reduce((sum, one) => sum + (one.subject === name ? one.failures : 0), 0)),
  ]);
  const versus = scenario.against.map(({ label }) => label);
  const head = [
    "server",
    scenario.rate,
    ...versus,
    perGib ? "CPU s/GiB" : "CPU s/1000 files",
    ...versus,
    "peak RSS MiB",
    ...(hasBucket ? ["files MiB"] : []),
    "request p99 ms",
    "failures",
  ];
  return [
    `### ${scenario.id}: ${scenario.title}`,
    "",
    line(head),
    line(head.map(() => "---")),
    ...rows.map(line),
    "",
    ...callLists(rounds),
  ];
}

/** What each asked of the bucket in the last round, if there was one. */
function callLists(rounds: ScenarioRounds["rounds"]): string[] {
  const lists = (rounds.at(-1) ?? []).flatMap(({ subject, s3Calls }) => {
    if (s3Calls === null) return [];
    const counts = Object.entries(s3Calls).map(([operation, count]) => `${count} ${operation}`);
    return [`- ${subject} called ${counts.join(", ")}`];
  });
  return lists.length === 0 ? [] : [...lists, ""];
}

function inMib(bytes: Series): Series {
  return bytes.map((value) => (value === null ? null : value / mib));
}

type Pick = (measurement: Measurement) => number | null;

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** Median, and the least and the most in brackets. */
function range(values: Series, digits: number): string {
  const there = values.filter((value) => value !== null);
  const middle = median(there);
  if (middle === null) return "–";
  const [least, middling, most] = [Math.min(...there), middle, Math.max(...there)].map((value) =>
    value.toFixed(digits),
  );
  return there.length === 1 ? `${middling}` : `${middling} [${least} to ${most}]`;
}

function ratio(value: number | null): string {
  return value === null ? "–" : value.toFixed(2);
}
