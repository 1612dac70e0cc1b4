import { parseArgs } from "node:util";

/** Where the gateway listens and keeps its files. */
export interface Settings {
  /** 0: any free one. */
  readonly port: number;
  readonly host: string;
  /** Relative to the working directory. */
  readonly data: string;
  readonly logLevel: LogLevel;
}

/** What a command line comes to. */
export type Command =
  | { readonly kind: "start"; readonly settings: Settings }
  | { readonly kind: "help" }
  | { readonly kind: "mistake"; readonly message: string };

const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

/** As pino spells them. */
export type LogLevel = (typeof logLevels)[number];

/** What `--help` prints. */
export const helpText = `stowage-gateway [--port N] [--host H] [--data DIR]

  --port N     port to listen on, 0 for any free one   STOWAGE_PORT   5212
  --host H     address to listen on                    STOWAGE_HOST   127.0.0.1
  --data DIR   where files and the database go         STOWAGE_DATA   .stowage
  --help       this

STOWAGE_LOG is the level of the log on stderr: ${logLevels.join(", ")}. Default warn.
`;

/** A flag wins over its variable, and an empty variable is none. */
export function parseCommand(
  given: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Command {
  const flags = parseFlags(given);
  if (typeof flags === "string") return { kind: "mistake", message: flags };
  if (flags.help === true) return { kind: "help" };
  const pick = (flag: string | undefined, variable: string, otherwise: string): string =>
    flag ?? (environment[variable] || otherwise);
  const port = pick(flags.port, "STOWAGE_PORT", "5212");
  const host = pick(flags.host, "STOWAGE_HOST", "127.0.0.1");
  const data = pick(flags.data, "STOWAGE_DATA", ".stowage");
  const level = pick(undefined, "STOWAGE_LOG", "warn");
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) return mistake("port", port, "a number from 0 to 65535");
  if (host === "" || /[\s/]/.test(host)) return mistake("host", host, "a host name or an address");
  if (data === "" || data.includes("\0")) return mistake("data", data, "a folder");
  const logLevel = logLevels.find((known) => known === level);
  if (logLevel === undefined) return mistake("STOWAGE_LOG", level, `one of ${logLevels.join(", ")}`);
  return { kind: "start", settings: { port: Number(port), host, data, logLevel } };
}

interface Flags {
  readonly port?: string;
  readonly host?: string;
  readonly data?: string;
  readonly help?: boolean;
}

function parseFlags(given: readonly string[]): Flags | string {
  try {
    const { values } = parseArgs({
      args: [...given],
      options: {
        port: { type: "string" },
        host: { type: "string" },
        data: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
    return values;
  } catch (error) {
    const message = (error as Error).message;
    // Node goes on about how to pass such a value as a positional argument, of which there are none.
    return message.split(/\.\s/)[0] ?? message;
  }
}

function mistake(name: string, value: string, wanted: string): Command {
  return { kind: "mistake", message: `${name}: ${JSON.stringify(value)} is not ${wanted}` };
}
