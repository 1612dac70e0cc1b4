import { helpText, parseCommand } from "./arguments.js";
import type { GatewayConfig } from "./config/config-schema.js";
import { loadConfig } from "./config/load-config.js";
import type { Overrides } from "./config/with-defaults.js";
import { readyText } from "./ready-text.js";
import { configFailure, startFailure } from "./start-failure.js";
import { startGateway } from "./start-gateway.js";
import { stderrLog } from "./stderr-log.js";
import { stopOnSignals } from "./stop-on-signals.js";
import { tuneMemory } from "./tune-memory.js";

/**
 * The gateway as a program, until a signal ends the process. `given` is what `parseCommand` reads; variables are the
 * process's. Sets the exit code: 2 for a mistake, 1 where it cannot start.
 */
export async function runGateway(given: readonly string[]): Promise<void> {
  tuneMemory();
  const command = parseCommand(given, process.env);
  if (command.kind === "help") {
    process.stdout.write(helpText);
  } else if (command.kind === "mistake") {
    process.stderr.write(`stowage: ${command.message}\nstowage: --help tells what there is\n`);
    process.exitCode = 2;
  } else {
    const config = await load(command.config, command.overrides);
    if (config === null) process.exitCode = 2;
    else await run(config);
  }
}

async function load(file: string | null, overrides: Overrides): Promise<GatewayConfig | null> {
  try {
    return await loadConfig({ file, overrides });
  } catch (error) {
    process.stderr.write(`stowage: ${configFailure(error, file)}\n`);
    return null;
  }
}

async function run(config: GatewayConfig): Promise<void> {
  try {
    const log = stderrLog(config.log);
    const starting = startGateway(config, { log });
    stopOnSignals(starting, { log, host: process });
    process.stdout.write(readyText((await starting).url, config));
  } catch (error) {
    process.stderr.write(`stowage: ${startFailure(error, config)}\n`);
    process.exitCode = 1;
  }
}
