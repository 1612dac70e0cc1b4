import { isUploadError } from "../errors.js";
import type { CallOptions } from "../runtime.js";
import type { UploadSession } from "../session.js";
import type { Caller, WriteOptions } from "../uploads.js";
import { type ChunkAddress, type Extent, resolveExtent, mustBeWhole } from "./address.js";
import { acquire, type Acquired, release } from "./claims.js";
import type { EngineContext } from "./context.js";
import { policyOfSession } from "./routing.js";
import { owns } from "./visible.js";

/**
 * Claims the extent of a chunk without a look at the store before, which tells all that matters with the claim.
 * `null`, with nothing changed: the session has to be looked at.
 *
 * @throws {UploadError} as `acquire` does, but for a session that is not open
 */
export async function claimKnown(
  context: EngineContext,
  caller: Caller,
  id: string,
  at: ChunkAddress,
  size: number | null,
  options: CallOptions & WriteOptions,
): Promise<(Acquired & { readonly extent: Extent }) | null> {
  const session = context.known.find(id);
  if (session === null || !owns(caller, session.owner)) return null;
  const extent = extentIn(context, session, at, size, options);
  if (extent === null) return null;
  try {
    const wish = { sessionId: id, purpose: "write", range: extent.range, fenced: true } as const;
    const acquired = await acquire(context, wish, options);
    if (acquired.snapshot.session.target.key === session.target.key) return { ...acquired, extent };
    // Deleted, and made anew by somebody: the plan may be another.
    if (acquired.kind === "granted") await release(context, id, acquired.claimId, options);
  } catch (error) {
    if (!isUploadError(error) || (error.code !== "SESSION_CLOSED" && error.code !== "SESSION_NOT_FOUND")) throw error;
  }
  context.known.forget(id);
  return null;
}

/** `null`: it does not fit, and whoever looks at the store says why. */
function extentIn(
  context: EngineContext,
  session: UploadSession,
  at: ChunkAddress,
  size: number | null,
  options: WriteOptions,
): Extent | null {
  try {
    return resolveExtent(session, policyOfSession(context, session), at, size, mustBeWhole(options));
  } catch {
    return null;
  }
}
