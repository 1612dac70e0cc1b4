import type { CallOptions, Receipt, StoredObject } from "@stowage/core";
import { isLost, isThere, lostUpload, spoolGone } from "../errors.js";
import type { Fill } from "../fill/notes.js";
import { type Receipted, receipted } from "../receipt-pieces.js";
import { innerSink, type RelayUpload } from "../relay-upload.js";
import type { Piece } from "../spool/spool.js";
import { beginLate, findLate } from "./begin-late.js";
import { checkWhole } from "./check-whole.js";
import { fillAll, type Fills, findFill, findFills } from "./fill-all.js";
import { type Laid, type LaidPieces, layOut } from "./lay-out.js";

/**
 * Sends what is not full or was overlooked, by the receipts, which alone say what counts; then the inner backend
 * completes, and then the spool is freed. Runs again after any of its steps: until the last one all notes are there, so
 * that the same inner receipts come out, and after it the inner backend is asked.
 */
export async function complete(
  upload: RelayUpload,
  receipts: readonly Receipt[],
  options: CallOptions,
): Promise<StoredObject> {
  options.signal.throwIfAborted();
  const size = checkWhole(receipts, upload.target.size);
  const sized = { ...upload, target: { ...upload.target, size } };
  const said = receipted(sized, receipts);
  const object =
    upload.handle.grid.kind === "whole"
      ? await completeLate(sized, size, receipts, said, options)
      : await completeBegun(sized, size, receipts, said, options);
  upload.here.ended = true;
  await upload.shelf.clear().catch((error: unknown) => {
    const { log } = upload.context.runtime;
    log.warn({ sessionId: upload.target.sessionId, error: String(error) }, "relay: pieces are left to the janitor");
  });
  return object;
}

/** The inner upload begins now that the size is known. */
async function completeLate(
  upload: RelayUpload,
  size: number,
  receipts: readonly Receipt[],
  said: Receipted,
  options: CallOptions,
): Promise<StoredObject> {
  const begun = await findLate(upload);
  if (begun !== null) return completeBegun(begun, size, receipts, said, options);
  const isMissing = await isAnyMissing(upload, said.pieces);
  // An empty object has no pieces that would tell a second run from the first.
  if (isMissing || size === 0) {
    const stored = await upload.context.inner.objects?.stat(upload.target.key, options);
    if (stored?.size === size) return stored;
  }
  if (isMissing) throw await whyMissing(upload, said);
  return completeBegun(await beginLate(upload, size, options), size, receipts, said, options);
}

async function completeBegun(
  upload: RelayUpload,
  size: number,
  receipts: readonly Receipt[],
  said: Receipted,
  options: CallOptions,
): Promise<StoredObject> {
  const laid = layOut(upload.handle.grid, size, receipts, said);
  const spooled = laid.filter((each) => each.kind === "pieces");
  const fills = await findWhole(upload, spooled);
  const sink = innerSink(upload);
  if (fills === null) {
    const probed = await sink.probe(options);
    if (probed.kind === "complete") return probed.object;
    throw await whyMissing(upload, said);
  }
  try {
    await fillAll(upload, fills, options);
  } catch (error) {
    // Another process may have completed it meanwhile, and freed the spool.
    const probed = isLost(error) || isThere(error) ? await sink.probe(options) : null;
    if (probed?.kind === "complete") return probed.object;
    throw error;
  }
  return sink.complete(
    laid.map((each) => innerReceipt(each, fills.done)),
    options,
  );
}

/** `null`: pieces are gone that nobody has sent, so this was completed before, or it is lost. Nothing is sent until that is known. */
async function findWhole(upload: RelayUpload, spooled: readonly LaidPieces[]): Promise<Fills | null> {
  const { done, left } = await findFills(upload, spooled);
  const there: LaidPieces[] = [];
  const listed: Listed = new Map();
  for (const laid of left) {
    const pieces = laid.composition.slices.map(({ piece }) => piece);
    if (!(await isAnyMissing(upload, pieces, listed))) {
      there.push(laid);
      continue;
    }
    // Who sends a cell makes its note first and removes the pieces then, so the note is looked for last.
    const sent = await findFill(upload, laid);
    if (sent === null) return null;
    done.set(laid.cell.index, sent);
  }
  return { done, left: there };
}

/** Names of listed pieces, by cell: a list for each cell, and one look for what is not in it. */
type Listed = Map<number, ReadonlySet<string>>;

async function isAnyMissing(
  { shelf }: RelayUpload,
  pieces: readonly Piece[],
  listed: Listed = new Map(),
): Promise<boolean> {
  for (const piece of pieces) {
    const there = listed.get(piece.cell) ?? new Set((await shelf.pieces(piece.cell)).map(nameOf));
    listed.set(piece.cell, there);
    if (!there.has(nameOf(piece)) && !(await shelf.has(piece))) return true;
  }
  return false;
}

function nameOf({ offset, size, id }: Piece): string {
  return `${offset} ${size} ${id}`;
}

async function whyMissing({ context }: RelayUpload, { spools }: Receipted): Promise<Error> {
  const own = await context.settings.spool.id();
  const isElsewhere = [...spools].some((spool) => spool !== own);
  return isElsewhere ? spoolGone("pieces lie in another spool") : lostUpload("pieces are gone from the spool");
}

function innerReceipt(laid: Laid, fills: ReadonlyMap<number, Fill>): Receipt {
  const { index, start, end } = laid.cell;
  const token = laid.kind === "part" ? laid.token : fills.get(index)?.token;
  if (token === undefined) throw lostUpload("a cell was not sent");
  const checksum = laid.checksum === null ? {} : { checksum: laid.checksum };
  return { offset: start, size: end - start, token, ...checksum };
}
