import { Option } from "commander";
import type { Command } from "commander";
import { UploadFailure } from "@stowage/client";

/** Where a server is and who asks, and in which form to answer. */
export interface ServerFlags {
  readonly to?: string;
  readonly token?: string;
  readonly json?: boolean;
}

/** Adds `--to`, `--token` and `--json`. */
export function serverOptions(command: Command): Command {
  return command
    .option("--to <url>", "where the server takes uploads (STOWAGE_URL; http://127.0.0.1:5212/uploads)")
    .option("--token <token>", "who you are (better in STOWAGE_TOKEN, which others on this machine cannot read)")
    .addOption(jsonOption());
}

/** Which gateway of this machine. */
export interface GatewayFlags {
  readonly config?: string;
  readonly data?: string;
  readonly json?: boolean;
}

/** Adds `--config`, `--data` and `--json`. */
export function gatewayOptions(command: Command): Command {
  return command
    .option("--config <file>", "the gateway's configuration (STOWAGE_CONFIG)")
    .option("--data <folder>", "its data folder (STOWAGE_DATA; .stowage)")
    .addOption(jsonOption());
}

/** A JSON object for each line, for programs. */
export function jsonOption(): Option {
  return new Option("--json", "one JSON object on each line, for programs");
}

/** Whole number from 1. @throws {UploadFailure} `USAGE` */
export function readCount(text: string, flag: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text))
    throw new UploadFailure("USAGE", `${flag}: ${text} is not a whole number from 1 to 9999`);
  return Number(text);
}

/** Examples under the help of a command. */
export function withExamples(command: Command, ...examples: readonly string[]): Command {
  return command.addHelpText("after", `\nExamples:\n${examples.map((line) => `  $ ${line}`).join("\n")}`);
}
