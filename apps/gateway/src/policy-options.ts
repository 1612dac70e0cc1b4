import type { NameRules, Runtime } from "@stowage/core";
import type { PolicyOptions } from "@stowage/core/engine";
import type { ObserveCall } from "@stowage/core/layers";
import { driverOptions } from "./config/driver-options.js";
import type { PolicySettings } from "./config/sections/policies.js";
import { withLayers } from "./driver-layers.js";
import { knownDriver } from "./known-driver.js";

/** All receipts of an upload are read when it completes, and 5,000 take some 10 ms. */
const mostChunks = 1_000_000;

/** Follows the calls of the driver of one policy. */
export type ObservePolicy = (policyId: string) => ObserveCall;

/**
 * A policy of the file as the engine takes it, its driver made and in its layers.
 *
 * @throws {UploadError} `OPTIONS_INVALID` where the driver refuses its options
 */
export async function policyOptions(
  id: string,
  settings: PolicySettings,
  runtime: Partial<Runtime>,
  observePolicy?: ObservePolicy,
): Promise<PolicyOptions> {
  const { driver: driverName, options, name = id, transfer, chunks, accept, key, session, calls } = settings;
  const makeDriver = await knownDriver(driverName);
  if (makeDriver === null) throw new TypeError(`no driver is called ${driverName}`);
  const observer = observePolicy?.(id);
  const { clock } = runtime;
  const layers = { calls, ...(observer && { observer }), ...(clock && { clock }) };
  return {
    id,
    name,
    driver: withLayers(makeDriver(driverOptions(makeDriver, options), runtime), layers),
    transfer,
    chunks,
    accept: { maxSize: accept.maxSize ?? mostOf(chunks.size), names: nameRules(accept) },
    key,
    session: { ttlMs: session.ttl, maxLifeMs: session.maxLife, tombstoneMs: session.tombstone },
  };
}

function mostOf(chunkSize: number): number {
  const most = chunkSize * mostChunks;
  return chunkSize === 0 || most > Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : most;
}

function nameRules({ extensions, pattern }: PolicySettings["accept"]): NameRules {
  return {
    ...(extensions === undefined ? {} : { extensions: extensionRule(extensions) }),
    ...(pattern === undefined ? {} : { pattern: patternRule(pattern) }),
  };
}

function extensionRule(
  given: NonNullable<PolicySettings["accept"]["extensions"]>,
): NonNullable<NameRules["extensions"]> {
  const { allow, deny = [] } = given;
  return allow === undefined ? { kind: "deny", list: deny } : { kind: "allow", list: allow };
}

function patternRule(given: NonNullable<PolicySettings["accept"]["pattern"]>): NonNullable<NameRules["pattern"]> {
  const { allow, deny = "" } = given;
  return allow === undefined ? { kind: "deny", regexp: deny } : { kind: "allow", regexp: allow };
}
