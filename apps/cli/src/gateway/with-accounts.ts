import type { AccountsDatabase } from "@stowage/gateway";
import type { GatewayFlags } from "../options.js";
import { gatewayData } from "./load-gateway.js";

/** Opens the accounts of a gateway on this machine, which may be running, for one piece of work. */
export async function withAccounts<Result>(
  flags: GatewayFlags,
  work: (database: AccountsDatabase, gateway: typeof import("@stowage/gateway")) => Result | Promise<Result>,
): Promise<Result> {
  const gateway = await import("@stowage/gateway");
  const database = await gateway.openAccounts(await gatewayData(flags));
  try {
    return await work(database, gateway);
  } finally {
    database.close();
  }
}
