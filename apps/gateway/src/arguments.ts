import { parseArgs } from "node:util";
import { logLevels } from "./config/config-schema.js";
import type { Overrides } from "./config/with-defaults.js";

/** What a command line comes to. */
export type Command =
  /** `config`: the configuration file, `null` for none. */
  | { readonly kind: "start"; readonly config: string | null; readonly overrides: Overrides }
  | { readonly kind: "help" }
  | { readonly kind: "mistake"; readonly message: string };

/** What `--help` prints. */
export const helpText = `stowage-gateway [--config FILE] [--port N] [--host H] [--data DIR] [--role R]

  --config FILE  what to serve, in YAML or JSON          STOWAGE_CONFIG   none
  --port N       port to listen on, 0 for any free one   STOWAGE_PORT     5212
  --host H       address to listen on                    STOWAGE_HOST     127.0.0.1
  --data DIR     where the databases go                  STOWAGE_DATA     .stowage
  --role R       master, or slave: a node of a master    STOWAGE_ROLE     master
  --help         this

A flag wins over its variable, and both over the file. STOWAGE_NODE_KEY is the key that a slave shares with its master,
at least 32 characters. STOWAGE_LOG is the level of the log on stderr:
${logLevels.join(", ")}. Default warn.
`;

/** A flag wins over its variable, and an empty variable is none. */
export function parseCommand(
  given: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Command {
  const flags = parseFlags(given);
  if (typeof flags === "string") return { kind: "mistake", message: flags };
  if (flags.help === true) return { kind: "help" };
  const pick = (flag: string | undefined, variable: string): string | undefined =>
    flag ?? (environment[variable] || undefined);
  const port = pick(flags.port, "STOWAGE_PORT");
  const host = pick(flags.host, "STOWAGE_HOST");
  const data = pick(flags.data, "STOWAGE_DATA");
  const config = pick(flags.config, "STOWAGE_CONFIG");
  const role = pick(flags.role, "STOWAGE_ROLE");
  const log = pick(undefined, "STOWAGE_LOG");
  if (port !== undefined && (!/^\d{1,5}$/.test(port) || Number(port) > 65_535))
    return mistake("port", port, "a number from 0 to 65535");
  if (host !== undefined && (host === "" || /[\s/]/.test(host)))
    return mistake("host", host, "a host name or an address");
  if (data !== undefined && (data === "" || data.includes("\0"))) return mistake("data", data, "a folder");
  if (config === "") return mistake("config", config, "a file");
  if (role !== undefined && role !== "master" && role !== "slave") return mistake("role", role, "master or slave");
  if (log !== undefined && !logLevels.some((known) => known === log))
    return mistake("STOWAGE_LOG", log, `one of ${logLevels.join(", ")}`);
  const overrides: Overrides = {
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(host === undefined ? {} : { host }),
    ...(data === undefined ? {} : { data }),
    ...(log === undefined ? {} : { log }),
    ...(role === undefined ? {} : { role }),
  };
  return { kind: "start", config: config ?? null, overrides };
}

interface Flags {
  readonly config?: string;
  readonly port?: string;
  readonly host?: string;
  readonly data?: string;
  readonly role?: string;
  readonly help?: boolean;
}

function parseFlags(given: readonly string[]): Flags | string {
  try {
    const { values } = parseArgs({
      args: [...given],
      options: {
        config: { type: "string" },
        port: { type: "string" },
        host: { type: "string" },
        data: { type: "string" },
        role: { type: "string" },
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
