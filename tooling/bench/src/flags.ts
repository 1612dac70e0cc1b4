import { parseArgs } from "node:util";
import { allSubjects, type Scenario, scenarios } from "./scenarios.js";
import type { Subject } from "./subjects.js";

/** What a command line asks for. */
export interface Flags {
  readonly rounds: number;
  readonly scenarios: readonly Scenario[];
  readonly subjects: readonly Subject[];
}

/** What `--help` prints, and a mistake too. */
export const usage = `npm run bench -- [--rounds 5] [--scenario B,C,E] [--subject NAME,…]

scenarios:
${scenarios.map(({ id, title }) => `  ${id}  ${title}`).join("\n")}
subjects:
${allSubjects.map(({ name }) => `  ${name}`).join("\n")}
(commas in a subject's name are left out: "stowage one request")
`;

/** @throws {Error} with `usage` in its message, where the flags make no sense; also for `--help` */
export function parseFlags(given: readonly string[]): Flags {
  const { rounds, scenario, subject, help } = parse(given);
  const count = Number(rounds);
  if (help || !Number.isInteger(count) || count < 1) throw new Error(usage);
  return {
    rounds: count,
    scenarios: chosen(scenario, scenarios, ({ id }) => id),
    subjects: chosen(subject, allSubjects, ({ name }) => name.replaceAll(",", "")),
  };
}

function parse(given: readonly string[]): {
  readonly rounds: string;
  readonly scenario: string;
  readonly subject: string;
  readonly help: boolean;
} {
  try {
    return parseArgs({
      args: [...given],
      options: {
        rounds: { type: "string", default: "5" },
        scenario: { type: "string", default: "" },
        subject: { type: "string", default: "" },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch {
    throw new Error(usage);
  }
}

/** Those named, in the order of the list; all where none is. */
function chosen<Item>(wish: string, items: readonly Item[], nameOf: (item: Item) => string): readonly Item[] {
  const names = wish.split(",").filter(Boolean);
  if (names.some((name) => !items.some((item) => nameOf(item) === name))) throw new Error(usage);
  return names.length === 0 ? items : items.filter((item) => names.includes(nameOf(item)));
}
