import type { DirectGrant, GrantRequest } from "../direct.js";
import { UploadError } from "../errors.js";
import { chunkAt } from "../plan-chunks.js";
import type { CallOptions } from "../runtime.js";
import type { UploadSession } from "../session.js";
import type { Caller } from "../uploads.js";
import { busy } from "./claims.js";
import type { EngineContext } from "./context.js";
import type { ResolvedPolicy } from "./policies.js";
import { replaceOrYield } from "./replace.js";
import { policyOfSession } from "./routing.js";
import { checkNotExpired, closedError, loadVisible } from "./visible.js";
import { slidingExpiry } from "./write-extent.js";

/** `Uploads.grant`. */
export async function grant(
  context: EngineContext,
  caller: Caller,
  id: string,
  request: GrantRequest,
  options: CallOptions,
): Promise<DirectGrant> {
  const { session } = await loadVisible(context, caller, id, options);
  if (session.state === "opening" || session.state === "completing") throw busy(id, context.timing.patienceMs);
  if (session.state !== "open") throw closedError(session);
  checkNotExpired(context, session);
  const policy = policyOfSession(context, session);
  const { direct, name } = policy.driver;
  if (direct === undefined || session.transfer === "through")
    throw new UploadError("UNSUPPORTED", `session ${id} goes through us`, { driver: name, capability: "direct" });
  checkSlice(session, request);
  await slide(context, session, policy, options);
  return direct.grant(session.handle, session.target, request, options);
}

/** @throws {UploadError} `CHUNK_INDEX_INVALID` for an empty slice too */
function checkSlice({ id, target: { plan } }: UploadSession, { chunks: { start, end } }: GrantRequest): void {
  if (plan === null)
    throw new UploadError("CHUNK_INDEX_INVALID", `session ${id} has no plan`, { index: start, count: 0 });
  chunkAt(plan, start);
  chunkAt(plan, end - 1);
  if (end <= start)
    throw new UploadError("CHUNK_INDEX_INVALID", `chunks ${start} to ${end}: none`, { index: end, count: plan.count });
}

/** A direct upload sends us no chunks to slide by. Not on every call: each is a revision. */
async function slide(
  context: EngineContext,
  session: UploadSession & { readonly state: "open" },
  policy: ResolvedPolicy,
  options: CallOptions,
): Promise<void> {
  const expiresAt = slidingExpiry(session, policy, context.runtime.clock.now());
  if (expiresAt - session.expiresAt < policy.session.ttlMs / 8) return;
  await replaceOrYield(context, { ...session, expiresAt, dueAt: expiresAt, revision: session.revision + 1 }, options);
}
