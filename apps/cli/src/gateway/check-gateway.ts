import { exitCodes } from "../exit-code.js";
import type { GatewayFlags } from "../options.js";
import type { Output } from "../output.js";
import { gatewayArguments } from "./gateway-arguments.js";
import { UploadFailure } from "@stowage/client";

/** A backend that hangs is a finding too. */
const longestMs = 30_000;

/** Tells what is wrong with a configuration, or with the backends that it names, each with its mend. Returns the exit code. */
export async function checkGateway(flags: GatewayFlags, output: Output): Promise<number> {
  const gateway = await import("@stowage/gateway");
  const command = gateway.parseCommand(gatewayArguments(flags), process.env);
  if (command.kind !== "start") throw new UploadFailure("USAGE", command.kind === "mistake" ? command.message : "");
  const { good, bad, marks } = output.style;
  const config = await gateway
    .loadConfig({ file: command.config, overrides: command.overrides })
    .catch((error: unknown) => {
      // What it throws is a list of mistakes, or a bug of ours, which this throws again.
      const text = gateway.configFailure(error, command.config);
      const { issues } = (error as { readonly details: { readonly issues: readonly string[] } }).details;
      output.either(`${bad(marks.failed)} ${text}`, { event: "config", isRight: false, issues });
      return null;
    });
  if (config === null) return exitCodes.failed;
  output.either(`${good(marks.done)} configuration`, { event: "config", isRight: true });
  const policies = await gateway.makePolicies(config, {});
  try {
    const found = await gateway.checkPolicies(policies, AbortSignal.timeout(longestMs));
    for (const policy of found) tellPolicy(policy, output);
    const isBad = found.some(({ findings }) => findings.some(({ severity }) => severity === "error"));
    return isBad ? exitCodes.failed : exitCodes.done;
  } finally {
    await gateway.closePolicies(policies);
  }
}

type Findings = import("@stowage/gateway").PolicyFindings;

function tellPolicy({ policyId, driver, relay, findings }: Findings, output: Output): void {
  const { good, bad, waiting, marks } = output.style;
  output.json({ event: "policy", policy: policyId, driver, relay, findings });
  const isBad = findings.some(({ severity }) => severity === "error");
  output.line(`${isBad ? bad(marks.failed) : good(marks.done)} policy ${policyId} (${driver})`);
  if (relay !== null) output.line(`    through ${relay}: uploads that clients cut, or whose size nobody knows`);
  for (const { severity, subject, message, mend } of findings) {
    const paint = severity === "error" ? bad : waiting;
    output.line(`    ${paint(severity)} ${subject}: ${message}`);
    output.line(`      mend: ${mend}`);
  }
}
