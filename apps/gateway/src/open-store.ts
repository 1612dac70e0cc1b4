import type { Runtime } from "@stowage/core";
import { sqliteStore } from "@stowage/store-sqlite";
import type { SqliteStore } from "@stowage/store-sqlite";
import type { GatewayConfig } from "./config/config-schema.js";
import type { DataFolder } from "./data-folder.js";

/** Sessions and the catalog, as durable as the most durable policy. */
export function openStore(
  config: Pick<GatewayConfig, "policies">,
  folder: DataFolder,
  runtime: Runtime,
): Promise<SqliteStore> {
  return sqliteStore({ path: folder.database, durability: durabilityOf(config), runtime });
}

/** An upload to a policy that survives loss of power must not be forgotten by it. */
export function durabilityOf({ policies }: Pick<GatewayConfig, "policies">): "process" | "disk" {
  return Object.values(policies).some(isFlushed) ? "disk" : "process";
}

function isFlushed({ options, relay }: GatewayConfig["policies"][string]): boolean {
  return options["durability"] === "disk" || (relay.use !== "never" && relay.durability === "disk");
}
