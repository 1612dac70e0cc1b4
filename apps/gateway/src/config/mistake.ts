/** Keys and indexes from the top of the configuration to a place in it. */
export type ConfigPath = readonly (string | number)[];

/** One thing that is wrong in a configuration. No message holds a value, which may be a secret. */
export interface Mistake {
  /** Empty for the file as a whole. */
  readonly path: ConfigPath;
  readonly message: string;
  /** Where the parser says it itself; from 1. */
  readonly line?: number;
}

/** As people write it: `policies.fast.chunks.size`, `routing[0].use`, `users["a.b"].email`. */
export function printPath(path: ConfigPath): string {
  let printed = "";
  for (const step of path) {
    if (typeof step === "number") printed += `[${step}]`;
    else if (/^[^.\s"[\]]+$/.test(step)) printed += printed === "" ? step : `.${step}`;
    else printed += `[${JSON.stringify(step)}]`;
  }
  return printed;
}
