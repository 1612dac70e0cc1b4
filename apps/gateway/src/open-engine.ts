import { byteBudget } from "@stowage/core";
import type { ByteBudget, Engine, Logger, Runtime } from "@stowage/core";
import { createEngine, limitOwners } from "@stowage/core/engine";
import type { EngineOptions, OwnerLimits } from "@stowage/core/engine";
import { nodeRuntime } from "@stowage/core/node";
import { openAccountsDatabase } from "./accounts/accounts-database.js";
import type { AccountsDatabase } from "./accounts/accounts-database.js";
import type { GatewayConfig } from "./config/config-schema.js";
import { openDataFolder } from "./data-folder.js";
import type { DataFolder } from "./data-folder.js";
import { allowedBy, quotaOf } from "./identity/shares.js";
import { memoryOf } from "./memory-of.js";
import { closePolicies, openPolicies } from "./open-policies.js";
import { openStore } from "./open-store.js";
import type { ObservePolicy } from "./policy-options.js";
import { routingRules } from "./routing-rules.js";
import { tracedStore } from "./tracing/traced-store.js";

/** An engine with what else was opened for it. */
export interface OpenEngine {
  /** Limits of owners are in it. Its `close` closes the accounts as well. */
  readonly engine: Engine;
  readonly database: AccountsDatabase;
  readonly folder: DataFolder;
  readonly runtime: Runtime;
}

/** What may be handed in. */
export interface OpenEngineOptions extends Pick<EngineOptions, "timing" | "onEvent"> {
  /** Absent: dropped. */
  readonly log?: Logger;
  /** Shared by all uploads. Default: one as large as the configuration says. */
  readonly memory?: ByteBudget;
  readonly observePolicy?: ObservePolicy;
}

/**
 * Everything of a gateway but what listens: for a sweep or a check from a shell too, beside a gateway that runs on the same
 * data. Rejects with an `UploadError`, or with Node's error (`code`) where a folder is not to be had; nothing is left open then.
 */
export async function openEngine(config: GatewayConfig, options: OpenEngineOptions = {}): Promise<OpenEngine> {
  const { log, memory = byteBudget(memoryOf(config)) } = options;
  const runtime = nodeRuntime({ memory, ...(log === undefined ? {} : { log }) });
  const folder = await openDataFolder(config.data);
  const database = await openAccountsDatabase(folder.accounts);
  try {
    const bare = await composeEngine(config, { folder, database, runtime }, options);
    const limits = ownerLimits(config.limits);
    const engine: Engine = {
      ...(Object.keys(limits).length === 0 ? bare : limitOwners(bare, limits, runtime.clock)),
      close: async (given) => {
        await bare.close(given);
        database.close();
      },
    };
    return { engine, database, folder, runtime };
  } catch (error) {
    database.close();
    throw error;
  }
}

async function composeEngine(
  config: GatewayConfig,
  { folder, database, runtime }: Omit<OpenEngine, "engine">,
  { timing = {}, onEvent, observePolicy }: OpenEngineOptions,
): Promise<Engine> {
  const policies = await openPolicies(config, runtime, observePolicy);
  const store = await openStore(config, folder, runtime).catch(async (error: unknown) => {
    await closePolicies(policies);
    throw error;
  });
  try {
    return createEngine({
      store: tracedStore(store),
      policies,
      routing: routingRules(config.routing),
      quota: quotaOf(config, database),
      allows: allowedBy(config),
      runtime,
      timing,
      ...(onEvent === undefined ? {} : { onEvent }),
    });
  } catch (error) {
    await closePolicies(policies);
    await store.close();
    throw error;
  }
}

function ownerLimits({ uploadsPerMinute, callsPerMinute, writesAtOnce }: GatewayConfig["limits"]): OwnerLimits {
  return {
    ...(uploadsPerMinute === undefined ? {} : { uploadsPerMinute }),
    ...(callsPerMinute === undefined ? {} : { callsPerMinute }),
    ...(writesAtOnce === undefined ? {} : { writesAtOnce }),
  };
}
