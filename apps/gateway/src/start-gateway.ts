import type { Engine, Logger } from "@stowage/core";
import { createEngine } from "@stowage/core/engine";
import { nodeRuntime } from "@stowage/core/node";
import { cloudreve } from "@stowage/protocol-cloudreve";
import { frontDoor } from "@stowage/server";
import { nodeServer } from "@stowage/server/node";
import { sqliteStore } from "@stowage/store-sqlite";
import { checkStorage } from "./check-storage.js";
import { openDataFolder } from "./data-folder.js";
import type { DataFolder } from "./data-folder.js";
import { defaultPolicy } from "./default-policy.js";
import { loopbackOwner } from "./loopback-owner.js";
import { loadSigningKey } from "./signing-key.js";

/** After a drain nobody writes; a backend that hangs all the same is not waited for. */
const engineCloseMs = 2_000;

/** Where the gateway listens and keeps its files. */
export interface GatewayOptions {
  /** 0: any free one. */
  readonly port: number;
  /** Other than loopback: nobody may upload, for there are no accounts yet. */
  readonly host: string;
  /** Made where it is missing; several gateways of one machine may share it. */
  readonly data: string;
  /** Default: drops everything. */
  readonly log?: Logger;
}

/** A gateway that listens. */
export interface Gateway {
  readonly port: number;
  /** Without a slash at the end. */
  readonly url: string;
  /**
   * Requests go on for `graceMs`, then bodies are cut and what came is kept; what does not settle within `settleMs`
   * (default 5 s) is dropped. May be called again to hurry. Resolves when everything is closed.
   */
  close(options: { readonly graceMs: number; readonly settleMs?: number }): Promise<void>;
}

/**
 * The reference composition: the Cloudreve API over one local folder and an SQLite file. Rejects with an `UploadError`,
 * or with Node's error (`code`) where a port or a folder is not to be had; nothing is left open then.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const folder = await openDataFolder(options.data);
  const runtime = nodeRuntime(options.log === undefined ? {} : { log: options.log });
  const signingKey = await loadSigningKey(folder.signingKey);
  const engine = await openEngine(folder, runtime);
  try {
    const door = frontDoor({
      engine,
      mounts: [{ prefix: "/api/v4", protocol: cloudreve({ signingKey }, runtime) }],
      identify: loopbackOwner(options.host),
      cors: { origins: "loopback" },
      runtime,
    });
    const server = nodeServer({ door, runtime });
    const { port, url } = await server.listen({ port: options.port, host: options.host });
    const close: Gateway["close"] = async (times) => {
      await server.close(times);
      await engine.close({ signal: AbortSignal.timeout(engineCloseMs) });
    };
    return { port, url, close };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function openEngine(folder: DataFolder, runtime: ReturnType<typeof nodeRuntime>): Promise<Engine> {
  const policy = defaultPolicy(folder.files, runtime);
  await checkStorage(policy.driver, runtime.log);
  const store = await sqliteStore({ path: folder.database, durability: "process", runtime });
  try {
    return createEngine({ store, policies: [policy], runtime });
  } catch (error) {
    await store.close();
    throw error;
  }
}
