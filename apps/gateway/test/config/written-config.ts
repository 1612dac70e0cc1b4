import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isUploadError } from "@stowage/core";
import type { GatewayConfig } from "../../src/config/config-schema.js";
import type { Environment } from "../../src/config/expand-variables.js";
import { loadConfig } from "../../src/config/load-config.js";

/** Loads a configuration from a file with this text. */
export async function load(text: string, environment: Environment = {}): Promise<GatewayConfig> {
  const folder = await mkdtemp(join(tmpdir(), "stowage-config-"));
  try {
    const file = join(folder, "stowage.yaml");
    await writeFile(file, text);
    return await loadConfig({ file, environment });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The mistakes of a configuration; none where it is right. */
export async function mistakesOf(text: string, environment: Environment = {}): Promise<readonly string[]> {
  try {
    await load(text, environment);
    return [];
  } catch (error) {
    if (isUploadError(error) && error.code === "OPTIONS_INVALID") return error.details.issues;
    throw error;
  }
}

/** A hash of `correct horse battery`. */
export const passwordHash = "$scrypt$ln=15,r=8,p=3$nU6FVSMstcz6yBLQ8tZJbw$ui4weZQ0h94xbe/pqtH8TsISxUBAtu1jAYKhCs6XCoA";
