import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** The gateway as it is shipped. */
export const gateway = join(import.meta.dirname, "../../../apps/gateway/dist/main.js");

/** As one starts it without a configuration. */
export function gatewayArguments(folder: string): readonly string[] {
  return ["--port", "0", "--data", folder];
}

/** As an operator sets it up: a configuration file, and all that is not in it by default. */
export function configuredArguments(folder: string, configuration: unknown): readonly string[] {
  const file = join(folder, "stowage.json");
  writeFileSync(file, JSON.stringify(configuration));
  return ["--port", "0", "--data", join(folder, "data"), "--config", file];
}

/** One of `peers`. Programs are compiled; this file may be run from its source by a test. */
export function peer(name: string): string {
  return join(import.meta.dirname, "../dist/peers", `${name}.js`);
}

/** Of a peer that is told its folder. */
export function inFolder(folder: string): readonly string[] {
  return [folder];
}
