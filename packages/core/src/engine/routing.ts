import { nameOf } from "../catalog/path.js";
import { UploadError } from "../errors.js";
import type { RoutingRule } from "../policy.js";
import type { UploadSession } from "../session.js";
import type { Caller } from "../uploads.js";
import type { EngineContext } from "./context.js";
import type { ResolvedPolicy } from "./policies.js";

/** What routing rules look at. */
export interface RoutedUpload {
  readonly path: string | null;
  readonly size: number | null;
  readonly contentType: string;
}

/**
 * The named policy, or the one that the rules choose among those that the caller may use: the first rule that matches
 * and has a healthy one; where none is healthy, the first rule that matches; without any, the first of the configuration.
 *
 * @throws {UploadError} `POLICY_NOT_FOUND`, also for one that the caller may not use
 */
export function choosePolicy(
  context: EngineContext,
  policyId: string | null,
  upload: RoutedUpload,
  caller: Caller,
): ResolvedPolicy {
  const mayUse = (id: string): boolean => context.allows(caller, id);
  if (policyId !== null) {
    if (mayUse(policyId)) return policyOf(context, policyId);
    throw notConfigured(policyId);
  }
  const matching = context.routing
    .filter((rule) => matches(rule, upload, caller))
    .map(({ use }) => use.filter((one) => one.weight > 0 && mayUse(one.policyId)))
    .filter((use) => use.length > 0);
  for (const use of matching) {
    const healthy = use.filter((one) => context.health.isHealthy(one.policyId));
    if (healthy.length > 0) return policyOf(context, drawByWeight(healthy));
  }
  return policyOf(context, matching[0]?.[0]?.policyId ?? allowedPolicies(context, caller)[0]?.id ?? "");
}

/** In the order of configuration. */
export function allowedPolicies(context: EngineContext, caller: Caller): readonly ResolvedPolicy[] {
  return [...context.policies.values()].filter(({ id }) => context.allows(caller, id));
}

/** @throws {UploadError} `POLICY_NOT_FOUND` */
export function policyOf(context: EngineContext, policyId: string): ResolvedPolicy {
  const policy = context.policies.get(policyId);
  if (policy !== undefined) return policy;
  throw notConfigured(policyId);
}

function notConfigured(policyId: string): UploadError<"POLICY_NOT_FOUND"> {
  const message =
    policyId === "" ? "there is no policy that the caller may use" : `policy ${policyId} is not configured`;
  return new UploadError("POLICY_NOT_FOUND", message, { policyId });
}

/**
 * The policy of a session, if it still has the driver that wrote the handle.
 *
 * @throws {UploadError} `POLICY_NOT_FOUND`, `BACKEND_LOST_UPLOAD`
 */
export function policyOfSession(
  context: EngineContext,
  session: Pick<UploadSession, "policyId" | "driver">,
): ResolvedPolicy {
  const policy = policyOf(context, session.policyId);
  const { relayed } = policy;
  if (policy.driver.name === session.driver) return policy;
  if (relayed?.driver.name === session.driver) return relayed;
  throw new UploadError("BACKEND_LOST_UPLOAD", `policy ${policy.id} has driver ${policy.driver.name} now`, {
    driver: session.driver,
  });
}

function matches({ when }: RoutingRule, upload: RoutedUpload, caller: Caller): boolean {
  const { path, size, contentType } = upload;
  if (when.owners !== undefined && !when.owners.includes(caller.owner ?? "")) return false;
  if (when.groups !== undefined && !when.groups.some((group) => caller.groups.includes(group))) return false;
  if (when.pathPrefix !== undefined && !isUnder(path, when.pathPrefix)) return false;
  if (when.contentType !== undefined && !fitsType(contentType, when.contentType)) return false;
  if (when.minSize !== undefined && (size === null || size < when.minSize)) return false;
  return when.maxSize === undefined || (size !== null && size <= when.maxSize);
}

/** By whole names: `/a` holds `/a` and `/a/b`, not `/ab`. */
function isUnder(path: string | null, prefix: string): boolean {
  const folder = prefix.endsWith("/") ? prefix.slice(0, -1) : prefix;
  return path !== null && (path === folder || path.startsWith(`${folder}/`));
}

function fitsType(contentType: string, pattern: string): boolean {
  const type = (contentType.split(";")[0] ?? "").trim().toLowerCase();
  const wanted = pattern.toLowerCase();
  if (wanted === "*/*") return true;
  return wanted.endsWith("/*") ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}

function drawByWeight(uses: RoutingRule["use"]): string {
  let left = Math.random() * uses.reduce((sum, use) => sum + use.weight, 0);
  const drawn = uses.find((use) => (left -= use.weight) < 0) ?? uses[0];
  return drawn?.policyId ?? "";
}

/**
 * The policy's rules for names and sizes.
 *
 * @throws {UploadError} `NAME_REFUSED`, `OBJECT_TOO_LARGE`
 */
export function checkAccepted(policy: ResolvedPolicy, upload: RoutedUpload): void {
  const { maxSize, names } = policy.accept;
  const limit = Math.min(maxSize, policy.driver.capabilities.maxObjectSize ?? maxSize);
  if (upload.size !== null && upload.size > limit) {
    throw new UploadError("OBJECT_TOO_LARGE", `${upload.size} bytes, at most ${limit}`, { size: upload.size, limit });
  }
  if (upload.path === null) return;
  const name = nameOf(upload.path);
  const dot = name.lastIndexOf(".");
  const extension = dot >= 0 ? name.slice(dot + 1).toLowerCase() : "";
  const listed = names.extensions?.list.some((entry) => entry.toLowerCase() === extension && extension !== "");
  if (listed !== undefined && listed !== (names.extensions?.kind === "allow")) throw refused(name, "extension");
  const fits = policy.pattern?.test(name);
  if (fits !== undefined && fits !== (names.pattern?.kind === "allow")) throw refused(name, "pattern");
}

function refused(name: string, rule: string): UploadError<"NAME_REFUSED"> {
  return new UploadError("NAME_REFUSED", `name refused by the policy's ${rule} rule`, { name, rule });
}
