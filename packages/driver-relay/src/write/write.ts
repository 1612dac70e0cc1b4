import { type CallOptions, type Chunk, type Receipt, UploadError } from "@stowage/core";
import { lostUpload, unsupported } from "../errors.js";
import { sendCell } from "../fill/fill.js";
import { holdBack } from "../fill/hold-back.js";
import type { Cell } from "../grid/grid.js";
import { cellOf, hexName, type RelayUpload } from "../relay-upload.js";
import { printToken } from "../token.js";
import { type BodyReader, openBody } from "./body-reader.js";
import type { Taken } from "./segment.js";
import { goesAtOnce, takeSegment } from "./send-segment.js";

/**
 * One chunk, of any size, anywhere. It is cut where the cells end: whole cells go to the inner backend, the rest waits in
 * the spool. A body that breaks off leaves a receipt for what it yielded unless the chunk is to be whole.
 */
export async function write(upload: RelayUpload, chunk: Chunk, options: CallOptions): Promise<Receipt> {
  const { offset, body } = chunk;
  options.signal.throwIfAborted();
  refuseImpossible(upload, chunk);
  await holdBack(upload, offset, options);
  const cell = body.size === 0 ? null : wholeCell(upload, chunk);
  const { turns } = upload.epoch;
  if (cell !== null && turns.tryEnter()) {
    // As it is: the inner driver may know the body, and copy it where it lies.
    const { size, token } = await sendCell(upload, cell, body, options).finally(() => turns.exit());
    return receiptOf(chunk, [{ kind: "part", cell: cell.index, size, token }], "", "");
  }
  const { settings, runtime } = upload.context;
  const id = hexName(runtime.newId());
  const taken = await takeAll(upload, chunk, id, options);
  const hasPieces = taken.some(({ kind }) => kind === "piece");
  return receiptOf(chunk, taken, hasPieces ? await settings.spool.id() : "", hasPieces ? id : "");
}

function receiptOf({ offset }: Chunk, taken: readonly Taken[], spool: string, piece: string): Receipt {
  const size = taken.reduce((sum, each) => sum + sizeOf(each), 0);
  const segments = taken.map((each) =>
    each.kind === "part" ? each : ({ kind: "piece", size: each.piece.size } as const),
  );
  return { offset, size, token: printToken({ spool, piece, segments }) };
}

function sizeOf(taken: Taken): number {
  return taken.kind === "part" ? taken.size : taken.piece.size;
}

/** Of a chunk that is exactly a cell, and whose body can be read again or need not be. */
function wholeCell(upload: RelayUpload, { offset, body, whole }: Chunk): Cell | null {
  if (!whole || body.size === null || (body.oneShot && body.stored === undefined) || !goesAtOnce(upload)) return null;
  const cell = cellOf(upload, offset);
  return cell.start === offset && cell.end === offset + body.size ? cell : null;
}

async function takeAll(upload: RelayUpload, chunk: Chunk, id: string, options: CallOptions): Promise<readonly Taken[]> {
  const limit = (upload.target.size ?? Infinity) - chunk.offset;
  const reader = openBody(chunk.body, { offset: chunk.offset, limit }, options);
  const taken: Taken[] = [];
  try {
    await takeSegments({ upload, chunk, id, options, reader }, taken);
    if (chunk.whole) await keepAll(taken);
    return taken;
  } catch (error) {
    if (!options.signal.aborted && !chunk.whole && reader.isBroken) return taken;
    await dropAll(upload, taken);
    throw error;
  } finally {
    reader.release();
  }
}

interface Job {
  readonly upload: RelayUpload;
  readonly chunk: Chunk;
  readonly id: string;
  readonly options: CallOptions;
  readonly reader: BodyReader;
}

async function takeSegments(job: Job, taken: Taken[]): Promise<void> {
  const { upload, chunk, reader } = job;
  const { size } = chunk.body;
  let offset = chunk.offset;
  while (size === null || offset < chunk.offset + size) {
    // Without a size nobody knows whether there is another segment, nor whether a cell for it.
    if (size === null && (offset === upload.target.size || (await reader.isAtEnd()))) break;
    const cell = cellOf(upload, offset);
    const most = Math.min(cell.end, size === null ? Infinity : chunk.offset + size) - offset;
    const segment = await takeSegment({ ...job, cell, offset, most });
    if (segment !== null) taken.push(segment);
    const came = segment === null ? 0 : sizeOf(segment);
    offset += came;
    if (came < most) break;
  }
  // Where the body broke, this throws what it threw.
  await reader.end();
}

/** Waits for all of them, so that none is kept after the others were dropped. */
async function keepAll(taken: readonly Taken[]): Promise<void> {
  const kept = await Promise.allSettled(taken.map(keep));
  for (const each of kept) if (each.status === "rejected") throw each.reason;
}

async function keep(taken: Taken): Promise<void> {
  if (taken.kind === "piece") await taken.draft?.keep(taken.piece);
}

/** Nothing of the chunk counts; nobody has heard of it. */
async function dropAll({ shelf }: RelayUpload, taken: readonly Taken[]): Promise<void> {
  const pieces = taken.flatMap((each) => (each.kind === "piece" ? [each] : []));
  for (const { draft } of pieces) await draft?.drop();
  await shelf.remove(pieces.map(({ piece }) => piece)).catch(() => {});
}

function refuseImpossible({ here, target, context }: RelayUpload, { checksum, offset, body }: Chunk): void {
  if (checksum !== undefined)
    throw unsupported(`checksums.${checksum.algorithm}`, `${checksum.algorithm} is not verified here`);
  if (here.ended) throw lostUpload("the upload is over");
  const end = offset + (body.size ?? 0);
  const { maxObjectSize = Infinity } = context.inner.capabilities;
  if (end > maxObjectSize)
    throw new UploadError("OBJECT_TOO_LARGE", `over ${maxObjectSize} bytes`, { size: end, limit: maxObjectSize });
  if (target.size === null || end <= target.size) return;
  const details = { expected: target.size, actual: end };
  throw new UploadError("OFFSET_MISMATCH", `chunk ends at ${end} of ${target.size} bytes`, details);
}
