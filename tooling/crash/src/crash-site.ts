import { type Chance, chance } from "./chance.js";
import { type DataFolder, dataFolder } from "./data-folder.js";
import { type GatewayProcess, gatewayProcesses } from "./gateway-process.js";

/** What a scenario works with. */
export interface CrashSite {
  /** A gateway on the data of this site, by a configuration or by default; several may run side by side. */
  readonly start: (configFile?: string) => Promise<GatewayProcess>;
  readonly data: DataFolder;
  readonly chance: Chance;
}

/** Runs a scenario in a folder of its own; ends all its gateways and removes the folder, whatever happens. */
export async function onCrashSite(scenario: (site: CrashSite) => Promise<void>): Promise<void> {
  const data = await dataFolder();
  const processes = gatewayProcesses();
  const luck = chance();
  try {
    await scenario({ data, chance: luck, start: (configFile) => processes.start(data.path, configFile) });
  } catch (error) {
    throw new Error(`with STOWAGE_CRASH_SEED=${luck.seed}`, { cause: error });
  } finally {
    await processes.killAll();
    await data.remove();
  }
}
