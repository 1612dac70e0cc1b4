import type { ByteRange } from "../bytes.js";
import { UploadError } from "../errors.js";
import { chunkAt, chunkIndexAt } from "../plan-chunks.js";
import type { UploadSession } from "../session.js";
import type { WriteOptions } from "../uploads.js";
import type { ResolvedPolicy } from "./policies.js";

/** How a front-end names the bytes of a request. */
export type ChunkAddress = { readonly index: number } | { readonly offset: number };

/** Where a body belongs. */
export interface Extent {
  /** Up to the size limit where nobody knows how far the body goes. */
  readonly range: ByteRange;
  /** Length that the body must have; `null`: whatever comes, within the range. */
  readonly exact: number | null;
  readonly index: number | null;
  /** All of the body counts or none of it. */
  readonly whole: boolean;
}

/** All of the body counts or none of it, whatever it belongs to. */
export function mustBeWhole({ checksum, whole }: WriteOptions): boolean {
  return whole === true || checksum !== undefined;
}

/**
 * Where a body belongs, and whether it may: nothing is touched before this has been checked.
 *
 * @throws {UploadError} `CHUNK_INDEX_INVALID`, `CHUNK_SIZE_MISMATCH`, `OFFSET_MISMATCH`, `SIZE_CONFLICT`,
 * `OBJECT_TOO_LARGE`, `LENGTH_REQUIRED`
 */
export function resolveExtent(
  session: UploadSession,
  policy: ResolvedPolicy,
  at: ChunkAddress,
  size: number | null,
  wanted: boolean,
): Extent {
  return session.target.plan === null
    ? freeExtent(session, policy, at, size, wanted)
    : plannedExtent(session, at, size);
}

function plannedExtent({ target }: UploadSession, at: ChunkAddress, size: number | null): Extent {
  const plan = target.plan as NonNullable<typeof target.plan>;
  const index = "index" in at ? at.index : chunkIndexAt(plan, at.offset);
  if (index === null) {
    const { offset } = at as { readonly offset: number };
    throw new UploadError("OFFSET_MISMATCH", `offset ${offset}: no chunk starts there`, {
      expected: Math.floor(offset / plan.chunkSize) * plan.chunkSize,
      actual: offset,
    });
  }
  const range = chunkAt(plan, index);
  const expected = range.end - range.start;
  if (size !== null && size !== expected) {
    throw new UploadError("CHUNK_SIZE_MISMATCH", `chunk ${index}: got ${size} of ${expected} bytes`, {
      offset: range.start,
      expected,
      actual: size,
    });
  }
  return { range, exact: expected, index, whole: true };
}

function freeExtent(
  session: UploadSession,
  policy: ResolvedPolicy,
  at: ChunkAddress,
  size: number | null,
  wanted: boolean,
): Extent {
  if ("index" in at)
    throw new UploadError("CHUNK_INDEX_INVALID", `chunk ${at.index}: the upload has no plan`, {
      index: at.index,
      count: 0,
    });
  const { offset } = at;
  if (!Number.isSafeInteger(offset) || offset < 0)
    throw new UploadError("OFFSET_MISMATCH", `offset ${offset}: not an offset`, { expected: 0, actual: offset });
  if (size === null && policy.driver.capabilities.unsizedBody !== true) {
    throw new UploadError("LENGTH_REQUIRED", `bytes from ${offset}: their length must be known`, { offset });
  }
  const declared = session.target.size;
  const end = offset + (size ?? 0);
  if (declared !== null && end > declared) {
    throw new UploadError("SIZE_CONFLICT", `bytes up to ${end} of ${declared}`, { declared, actual: end });
  }
  const limit = declared ?? session.sizeLimit;
  if (end > limit)
    throw new UploadError("OBJECT_TOO_LARGE", `bytes up to ${end}, at most ${limit}`, { size: end, limit });
  const whole = wanted && (size === null || size <= policy.driver.capabilities.part.maxSize);
  if (wanted && !whole)
    throw new UploadError("OBJECT_TOO_LARGE", `${size} bytes cannot be one part`, {
      size: size ?? 0,
      limit: policy.driver.capabilities.part.maxSize,
    });
  // A body that is checked as a whole is one part, also where nobody knows its length before.
  const open = whole ? Math.min(limit, offset + policy.driver.capabilities.part.maxSize) : limit;
  return { range: { start: offset, end: size === null ? open : end }, exact: size, index: null, whole };
}
