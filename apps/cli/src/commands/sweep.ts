import type { Command } from "commander";
import { sweepGateway } from "../gateway/sweep-gateway.js";
import { gatewayOptions, withExamples } from "../options.js";
import type { GatewayFlags } from "../options.js";
import { runCommand } from "../run-command.js";

/** `stowage sweep`. */
export function addSweep(program: Command): void {
  const command = program
    .command("sweep")
    .summary("clean up behind a gateway, once")
    .description(
      "Ends uploads that have expired, finishes what a crash left, and removes what nobody needs, as a running gateway does\n" +
        "each minute; also beside one.",
    );
  withExamples(gatewayOptions(command), "stowage sweep --config stowage.yaml").action((flags: GatewayFlags) =>
    runCommand(flags, (output) => sweepGateway(flags, output)),
  );
}
