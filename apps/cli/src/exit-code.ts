/** What the process ends with; a promise to scripts. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  notPermitted: 4,
  interrupted: 130,
} as const;

/** One of `exitCodes`. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The exit code of a failure, by the code that it carries. */
export function exitCodeOf(error: unknown): ExitCode {
  switch (codeOf(error)) {
    case "USAGE":
      return exitCodes.usage;
    case "NETWORK":
      return exitCodes.unreachable;
    case "UNAUTHENTICATED":
    case "FORBIDDEN":
      return exitCodes.notPermitted;
    case "STOPPED":
      return exitCodes.interrupted;
    default:
      return exitCodes.failed;
  }
}

/** The exit code of several failures: what they all have in common, else `failed`. */
export function exitCodeOfAll(failures: readonly unknown[]): ExitCode {
  const [first = exitCodes.done, ...others] = failures.map(exitCodeOf);
  return others.every((code) => code === first) ? first : exitCodes.failed;
}

/** Code of anything thrown: ours, the server's or Node's. */
export function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return typeof code === "string" ? code : "INTERNAL";
}
