import { byteBudget } from "@stowage/core";
import type { Logger } from "@stowage/core";
import { frontDoor } from "@stowage/server";
import type { FrontDoor } from "@stowage/server";
import { nodeServer } from "@stowage/server/node";
import { gatewayAccounts } from "./accounts/gateway-accounts.js";
import type { GatewayConfig } from "./config/config-schema.js";
import type { FrontEndContext, RunningProtocol } from "./front-ends/front-end.js";
import { openIdentity } from "./identity/open-identity.js";
import { memoryOf } from "./memory-of.js";
import { mountFrontEnds } from "./mount-front-ends.js";
import { roomOf } from "./nodes/room.js";
import { openEngine } from "./open-engine.js";
import type { OpenEngine } from "./open-engine.js";
import { operationOf } from "./operation/operation.js";
import type { Operation } from "./operation/operation.js";
import { referenceMounts } from "./reference/reference-mounts.js";
import { loadSigningKey } from "./signing-key.js";
import { flushSpans } from "./tracing/flush-spans.js";

/** After a drain nobody writes; a backend that hangs all the same is not waited for. */
const engineCloseMs = 2_000;

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
 * The reference composition: front-ends over the policies of a configuration (of `loadConfig`) and an SQLite file. Several
 * gateways of one machine may share a data folder. Rejects with an `UploadError`, or with Node's error (`code`) where a
 * port or a folder is not to be had; nothing is left open then. `log` absent: dropped.
 */
export async function startGateway(config: GatewayConfig, options: { readonly log?: Logger } = {}): Promise<Gateway> {
  const operation = operationOf(config, byteBudget(memoryOf(config)));
  const opened = await openEngine(config, { ...options, ...operation.engine });
  const { engine, runtime } = opened;
  try {
    const { door, frontEnds } = await openDoor(config, opened, operation);
    const { publicOrigin } = config.listen;
    const server = nodeServer({ door, runtime, ...(publicOrigin === undefined ? {} : { publicOrigin }) });
    const { port, url } = await server.listen({ port: config.listen.port, host: config.listen.host });
    for (const frontEnd of frontEnds) frontEnd.start?.(engine);
    const close: Gateway["close"] = async (times) => {
      await server.close(times);
      await Promise.all(frontEnds.map(async (frontEnd) => frontEnd.close?.()));
      await engine.close({ signal: AbortSignal.timeout(engineCloseMs) });
      await flushSpans();
    };
    return { port, url, close };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

async function openDoor(
  config: GatewayConfig,
  { engine, database, folder, runtime }: OpenEngine,
  operation: Operation,
): Promise<{ readonly door: FrontDoor; readonly frontEnds: readonly RunningProtocol[] }> {
  const context: FrontEndContext = {
    runtime,
    signingKey: await loadSigningKey(folder.signingKey),
    accounts: gatewayAccounts({
      users: config.users,
      database,
      clock: runtime.clock,
      isBehindProxy: config.listen.publicOrigin !== undefined,
    }),
    nodeKey: config.node.key ?? null,
    room: () => roomOf(config, () => engine.activity()),
  };
  const mounted = mountFrontEnds(config, context);
  const door = frontDoor({
    engine,
    mounts: [
      ...mounted.map((mount) => operation.observed(mount)),
      ...operation.mounts(engine),
      ...referenceMounts(config),
    ],
    identify: openIdentity(config, database, context),
    cors: config.cors,
    policies: () => engine.activity().policies,
    watch: operation.watch,
    runtime,
  });
  return { door, frontEnds: mounted.map(({ protocol }) => protocol) };
}
