import type { StorageDriver } from "../driver.js";
import { UploadError } from "../errors.js";
import type { PolicyView, StoragePolicy } from "../policy.js";
import { isUniqueTemplate } from "./object-key.js";
import type { PolicyOptions } from "./options.js";

const day = 24 * 3600 * 1000;

/** A policy with its defaults in place and its rules compiled. */
export interface ResolvedPolicy extends Omit<StoragePolicy, "relayed"> {
  readonly pattern: RegExp | null;
  /** Chunks are taken strictly in order: the policy or the backend wants it so. */
  readonly inOrder: boolean;
  /** The same with the relayed driver in place of the bare one; `null` where there is none. */
  readonly relayed: ResolvedPolicy | null;
}

/**
 * Fills up and checks the policies.
 *
 * @throws {UploadError} `OPTIONS_INVALID` naming every mistake of a policy
 */
export function resolvePolicies(given: readonly PolicyOptions[]): ReadonlyMap<string, ResolvedPolicy> {
  const policies = new Map<string, ResolvedPolicy>();
  if (given.length === 0) throw invalid("engine", ["policies: at least one is needed"]);
  for (const options of given) {
    if (policies.has(options.id)) throw invalid(options.id, [`id: two policies are called ${options.id}`]);
    policies.set(options.id, resolvePolicy(options));
  }
  return policies;
}

function resolvePolicy(given: PolicyOptions): ResolvedPolicy {
  const { driver, id } = given;
  const { ordering } = driver.capabilities;
  const mostParallel = ordering.kind === "sequential" ? 1 : ordering.maxParallel;
  const parallel = Math.min(given.chunks?.parallel ?? 4, mostParallel);
  const policy = {
    id,
    name: given.name ?? id,
    driver,
    transfer: given.transfer ?? "through",
    chunks: { size: given.chunks?.size ?? 8 * 1024 * 1024, parallel },
    accept: { maxSize: given.accept?.maxSize ?? Number.MAX_SAFE_INTEGER, names: given.accept?.names ?? {} },
    key: given.key ?? "{date}/{uuid}",
    session: {
      ttlMs: given.session?.ttlMs ?? day,
      maxLifeMs: given.session?.maxLifeMs ?? 7 * day,
      tombstoneMs: given.session?.tombstoneMs ?? day,
    },
  } satisfies Omit<StoragePolicy, "relayed">;
  const pattern = compilePattern(policy);
  const issues = [...issuesOf(policy, driver), ...(pattern instanceof RegExp || pattern === null ? [] : [pattern])];
  if (issues.length > 0) throw invalid(id, issues);
  const { relayed: relayedDriver, ...bare } = given;
  const relayed =
    relayedDriver === undefined ? null : resolvePolicy({ ...bare, driver: relayedDriver, transfer: "through" });
  return { ...policy, pattern: pattern as RegExp | null, inOrder: parallel === 1, relayed };
}

function compilePattern(policy: StoragePolicy): RegExp | string | null {
  const source = policy.accept.names.pattern?.regexp;
  if (source === undefined) return null;
  try {
    return new RegExp(source, "u");
  } catch {
    return "accept.names.pattern.regexp: not a regular expression";
  }
}

function* issuesOf(policy: Omit<StoragePolicy, "relayed">, driver: StorageDriver): Generator<string> {
  const whole = (value: number, least: number): boolean => Number.isSafeInteger(value) && value >= least;
  if (policy.id === "") yield "id: empty";
  if (!whole(policy.chunks.size, 0)) yield "chunks.size: not a size in bytes";
  if (!(policy.chunks.parallel >= 1)) yield "chunks.parallel: below 1";
  if (!whole(policy.accept.maxSize, 0)) yield "accept.maxSize: not a size in bytes";
  if (!isUniqueTemplate(policy.key)) yield "key: must hold {uuid} or {randomkey16}, so that no two uploads share a key";
  for (const [name, ms] of Object.entries(policy.session))
    if (!whole(ms, 1)) yield `session.${name}: not a duration in milliseconds`;
  if (policy.session.maxLifeMs < policy.session.ttlMs) yield "session.maxLifeMs: below session.ttlMs";
  if (policy.transfer === "direct" && driver.direct === undefined)
    yield `transfer: clients cannot upload to ${driver.name} directly`;
}

function invalid(policyId: string, issues: readonly string[]): UploadError<"OPTIONS_INVALID"> {
  return new UploadError("OPTIONS_INVALID", `policy ${policyId}: ${issues.join("; ")}`, { driver: policyId, issues });
}

/** The policy without its driver. */
export function viewPolicy({ id, name, driver, transfer, chunks, accept }: ResolvedPolicy): PolicyView {
  return { id, name, driver: driver.name, transfer, chunks, accept };
}
