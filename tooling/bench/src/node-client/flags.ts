import { parseArgs } from "node:util";
import type { Load, WireProtocol } from "../load-client.js";

/** The load, and the file that all bodies are cut from. */
export interface Flags extends Load {
  readonly source: string;
}

/** The flags of load.c. A number that is missing is `NaN`. */
export function parseFlags(given: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...given],
    options: {
      protocol: { type: "string", default: "" },
      port: { type: "string" },
      "open-port": { type: "string" },
      size: { type: "string" },
      chunk: { type: "string" },
      count: { type: "string" },
      "at-once": { type: "string" },
      source: { type: "string", default: "" },
    },
  });
  return {
    protocol: values.protocol as WireProtocol,
    source: values.source,
    port: Number(values.port),
    openPort: Number(values["open-port"]),
    size: Number(values.size),
    chunk: Number(values.chunk),
    count: Number(values.count),
    atOnce: Number(values["at-once"]),
  };
}
