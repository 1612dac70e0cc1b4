import type { Command } from "commander";
import { gatewayArguments } from "../gateway/gateway-arguments.js";
import type { GatewayArguments } from "../gateway/gateway-arguments.js";
import { withExamples } from "../options.js";

/** `stowage serve`. */
export function addServe(program: Command): void {
  const command = program
    .command("serve")
    .summary("run the gateway")
    .description("Runs the gateway until a signal ends it. A flag wins over its variable, and both over the file.")
    .option("--config <file>", "what to serve, in YAML or JSON (STOWAGE_CONFIG)")
    .option("--port <n>", "port to listen on, 0 for any free one (STOWAGE_PORT; 5212)")
    .option("--host <host>", "address to listen on (STOWAGE_HOST; 127.0.0.1)")
    .option("--data <folder>", "where the databases go (STOWAGE_DATA; .stowage)")
    .option("--role <role>", "master, or slave: a node that stores for a master (STOWAGE_ROLE; master)");
  withExamples(
    command,
    "stowage serve",
    "stowage serve --config stowage.yaml",
    "stowage serve --port 8080 --data /srv/stowage",
    "STOWAGE_NODE_KEY=… stowage serve --role slave --host 0.0.0.0",
  ).action(async (flags: GatewayArguments) => {
    // Only here: the gateway is most of what there is to load.
    const { runGateway } = await import("@stowage/gateway");
    await runGateway(gatewayArguments(flags));
  });
}
