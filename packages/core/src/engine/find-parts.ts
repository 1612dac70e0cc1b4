import type { Receipt } from "../driver.js";
import { UploadError } from "../errors.js";
import { chunkAt, chunkIndexAt } from "../plan-chunks.js";
import type { CallOptions } from "../runtime.js";
import type { UploadSession } from "../session.js";
import type { StoredObject, UploadTarget } from "../target.js";
import type { EngineContext } from "./context.js";
import type { ResolvedPolicy } from "./policies.js";

/** What there is of an upload: its parts, or already the object. */
export type Found =
  | { readonly kind: "parts"; readonly receipts: readonly Receipt[] }
  | { readonly kind: "object"; readonly object: StoredObject };

/**
 * What there is of an upload whose bytes do not all come through us. The backend's list counts, for a client may have
 * written over what we acknowledged; our receipts add checksums, and what a backend cannot list.
 *
 * @throws {UploadError} `BACKEND_LOST_UPLOAD`, and what the driver throws
 */
export async function findParts(
  context: EngineContext,
  { driver }: ResolvedPolicy,
  session: UploadSession & { readonly state: "open" | "completing" },
  options: CallOptions,
): Promise<Found> {
  const probed = await driver.sink(session.handle, session.target).probe(options);
  if (probed.kind === "complete") return { kind: "object", object: probed.object };
  if (probed.kind === "gone")
    throw new UploadError("BACKEND_LOST_UPLOAD", `${driver.name} does not know the upload`, { driver: driver.name });
  const own = await context.store.receipts(session.id, options);
  return { kind: "parts", receipts: merge(own, probed.parts ?? [], session.target) };
}

/** `own` is in the order of offsets. There may be tens of thousands of either. */
function merge(own: readonly Receipt[], listed: readonly Receipt[], target: UploadTarget): readonly Receipt[] {
  const ours = new Map(own.map((receipt) => [receipt.offset, receipt]));
  const merged = new Map<number, Receipt>();
  for (const part of listed) {
    const receipt = ours.get(part.offset);
    const isOurs = receipt?.token === part.token && receipt.size === part.size;
    // A backend that keeps several parts of one chunk tells them by their tokens: a late writer's must not count for ours.
    const isOursThere = receipt !== undefined && merged.get(part.offset) === receipt;
    if (isOurs) merged.set(part.offset, receipt);
    else if (!isOursThere && isChunk(part, target)) merged.set(part.offset, part);
  }
  const there = [...merged.values()].sort(byOffset);
  let next = 0;
  for (const receipt of own) {
    while (endOf(there[next]) <= receipt.offset) next++;
    const part = there[next];
    if (part === undefined || part.offset >= endOf(receipt)) merged.set(receipt.offset, receipt);
  }
  return [...merged.values()].sort(byOffset);
}

/** A part of another size than planned is none: its chunk has to be sent again. */
function isChunk({ offset, size }: Receipt, { plan }: UploadTarget): boolean {
  const index = plan === null ? null : chunkIndexAt(plan, offset);
  if (plan === null || index === null) return false;
  const { start, end } = chunkAt(plan, index);
  return offset === start && size === end - start;
}

function byOffset(a: Receipt, b: Receipt): number {
  return a.offset - b.offset;
}

/** Beyond the last one there is no end. */
function endOf(part: Receipt | undefined): number {
  return part === undefined ? Infinity : part.offset + part.size;
}
