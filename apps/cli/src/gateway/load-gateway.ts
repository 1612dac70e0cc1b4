import { UploadFailure } from "@stowage/client";
import type { GatewayConfig } from "@stowage/gateway";
import { gatewayArguments } from "./gateway-arguments.js";
import type { GatewayFlags } from "../options.js";

/**
 * The configuration that a gateway with these flags and variables would have.
 *
 * @throws {UploadFailure} `USAGE` with every mistake
 */
export async function gatewayConfig(flags: GatewayFlags): Promise<GatewayConfig> {
  const { configFailure, loadConfig, parseCommand } = await import("@stowage/gateway");
  const command = parseCommand(gatewayArguments(flags), process.env);
  if (command.kind !== "start") throw new UploadFailure("USAGE", command.kind === "mistake" ? command.message : "");
  try {
    return await loadConfig({ file: command.config, overrides: command.overrides });
  } catch (error) {
    throw new UploadFailure("USAGE", configFailure(error, command.config), { cause: error });
  }
}

/** Its data folder. A configuration is not read where the folder is told: its secrets may be missing in this shell. */
export async function gatewayData(flags: GatewayFlags): Promise<string> {
  if (flags.data !== undefined) return flags.data;
  return (flags.config === undefined && process.env["STOWAGE_DATA"]) || (await gatewayConfig(flags)).data;
}
