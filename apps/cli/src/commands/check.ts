import type { Command } from "commander";
import { checkGateway } from "../gateway/check-gateway.js";
import { gatewayOptions, withExamples } from "../options.js";
import type { GatewayFlags } from "../options.js";
import { runCommand } from "../run-command.js";

/** `stowage check`. */
export function addCheck(program: Command): void {
  const command = program
    .command("check")
    .summary("check a gateway's configuration and backends")
    .description(
      "Checks the configuration, and asks each policy's backend whether it is fit for uploads. Ends with 1 where an error\n" +
        "is found. Nothing is changed.",
    );
  withExamples(gatewayOptions(command), "stowage check --config stowage.yaml").action((flags: GatewayFlags) =>
    runCommand(flags, (output) => checkGateway(flags, output)),
  );
}
