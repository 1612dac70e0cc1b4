import { styleOf } from "./terminal/style.js";
import type { Style } from "./terminal/style.js";

/** Where a command tells what it found. */
export interface Output {
  /** For people, or a JSON object for each line. */
  readonly isJson: boolean;
  readonly style: Style;
  /** For people; nothing with `--json`. */
  readonly line: (text: string) => void;
  /** For programs; nothing without `--json`. */
  readonly json: (value: object) => void;
  /** One thing for either reader. */
  readonly either: (text: string, value: object) => void;
}

/** On standard output. */
export function stdoutOutput(isJson: boolean): Output {
  const line = (text: string): void => void (isJson || process.stdout.write(`${text}\n`));
  const json = (value: object): void => void (isJson && process.stdout.write(`${JSON.stringify(value)}\n`));
  return {
    isJson,
    style: styleOf(process.stdout.isTTY, process.env),
    line,
    json,
    either: (text, value) => {
      line(text);
      json(value);
    },
  };
}
