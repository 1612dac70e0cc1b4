#!/usr/bin/env node
import "./tune-memory.js";
import { helpText, parseCommand } from "./arguments.js";
import type { Settings } from "./arguments.js";
import { isLoopback } from "./loopback-owner.js";
import { startFailure } from "./start-failure.js";
import { startGateway } from "./start-gateway.js";
import { stderrLog } from "./stderr-log.js";
import { stopOnSignals } from "./stop-on-signals.js";

const command = parseCommand(process.argv.slice(2), process.env);
if (command.kind === "help") {
  process.stdout.write(helpText);
} else if (command.kind === "mistake") {
  process.stderr.write(`stowage: ${command.message}\nstowage: --help tells what there is\n`);
  process.exitCode = 2;
} else {
  await run(command.settings);
}

async function run(settings: Settings): Promise<void> {
  const { port, host, data, logLevel } = settings;
  try {
    const log = stderrLog(logLevel);
    const starting = startGateway({ port, host, data, log });
    stopOnSignals(starting, { log, host: process });
    process.stdout.write(readyText((await starting).url, host));
  } catch (error) {
    process.stderr.write(`stowage: ${startFailure(error, settings)}\n`);
    process.exitCode = 1;
  }
}

function readyText(url: string, host: string): string {
  const ready = `stowage is ready at ${url}\n`;
  if (!isLoopback(host)) return `${ready}nobody may upload: there are no accounts yet, and ${host} is not loopback\n`;
  return `${ready}try: curl -T package.json '${url}/api/v4/file/content?uri=cloudreve://my/hello.json'\n`;
}
