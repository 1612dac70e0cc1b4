import type { NameRules, Runtime } from "@stowage/core";
import type { PolicyOptions } from "@stowage/core/engine";
import type { ObserveCall } from "@stowage/core/layers";
import { driverOptions } from "./config/driver-options.js";
import type { PolicySettings } from "./config/sections/policies.js";
import { withLayers } from "./driver-layers.js";
import { withRelay } from "./policy-relay.js";
import { knownDriver } from "./known-driver.js";

/** All receipts of an upload are read when it completes, and 5,000 take some 10 ms. */
const mostChunks = 1_000_000;

/** Follows the calls of the driver of one policy. */
export type ObservePolicy = (policyId: string) => ObserveCall;

/** What policies are made with, beside what the file says of each. */
export interface PolicyMeans {
  readonly runtime: Partial<Runtime>;
  /** The data folder. */
  readonly data: string;
  readonly observePolicy?: ObservePolicy;
}

/**
 * A policy of the file as the engine takes it, its driver made and in its layers.
 *
 * @throws {UploadError} `OPTIONS_INVALID` where the driver refuses its options
 */
export async function policyOptions(
  id: string,
  settings: PolicySettings,
  { runtime, data, observePolicy }: PolicyMeans,
): Promise<PolicyOptions> {
  const { driver: driverName, options, name = id, transfer, chunks, accept, key, session, calls, relay } = settings;
  const makeDriver = await knownDriver(driverName);
  if (makeDriver === null) throw new TypeError(`no driver is called ${driverName}`);
  const observer = observePolicy?.(id);
  const { clock } = runtime;
  const layers = { calls, ...(observer && { observer }), ...(clock && { clock }) };
  const bare = withLayers(makeDriver(driverOptions(makeDriver, options), runtime), layers);
  return {
    id,
    name,
    ...(await withRelay(bare, relay, { cell: chunks.size, data, runtime })),
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
