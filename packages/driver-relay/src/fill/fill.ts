import { type ByteSource, type CallOptions, type Receipt, UploadError } from "@stowage/core";
import { isFull } from "../errors.js";
import type { Cell } from "../grid/grid.js";
import { hexName, innerSink, type RelayUpload } from "../relay-upload.js";
import type { Composition } from "./compose.js";
import { fillNote, isFenced, printFill, type Sent } from "./notes.js";

/**
 * Sends a cell from the spool, and makes a durable note of it. Only bytes with a durable receipt go this way: some
 * backends write over what they have, and two senders that would send different bytes could spoil each other's.
 */
export async function fill(
  upload: RelayUpload,
  cell: Cell,
  composition: Composition,
  options: CallOptions,
): Promise<Sent> {
  const { shelf, handle } = upload;
  const { turns } = upload.epoch;
  await turns.enter(options);
  const sent = sendCell(upload, cell, sourceOf(upload, cell, composition), options).finally(() => turns.exit());
  const made = { token: (await sent).token, of: hashOf(composition) };
  try {
    await shelf.putNote(fillNote(handle.epoch, cell.index), printFill(made));
    return { ...made, unnoted: null };
  } catch (error) {
    // Only the end of uploads makes room in a full spool, so it must not need any.
    if (!isFull(error)) throw error;
    return { ...made, unnoted: error as Error };
  }
}

/** The pieces of a fill are in the inner backend now, unless a fence has moved the upload on without it. */
export async function dropFilled({ shelf, handle }: RelayUpload, { slices }: Composition): Promise<void> {
  // Looked at after the note is there: either the fence sees the note, or this sees the fence.
  if (await isFenced(shelf, handle.epoch)) return;
  await shelf.remove(slices.map(({ piece }) => piece));
}

/** One part of the inner backend. The caller has a turn. */
export async function sendCell(
  upload: RelayUpload,
  { index, start, end }: Cell,
  body: ByteSource,
  options: CallOptions,
): Promise<Receipt> {
  const { target, context } = upload;
  const attempt = context.runtime.newId();
  const chunk = { offset: start, index, isLast: end === target.size, whole: true, attempt, body };
  const receipt = await innerSink(upload).write(chunk, options);
  if (receipt.offset === start && receipt.size === end - start) return receipt;
  const got = `receipt for ${receipt.size} of ${end - start} bytes at ${start}`;
  throw new UploadError("INTERNAL", got, { operation: "write" });
}

/** Names the bytes, as pieces never change. */
export function hashOf({ slices }: Composition): string {
  return hexName(
    slices.map(({ piece, range }) => `${piece.offset}+${range.start}-${range.end} ${piece.id}`).join("\n"),
  );
}

function sourceOf({ shelf }: RelayUpload, { start, end }: Cell, { slices }: Composition): ByteSource {
  async function* stream(): AsyncGenerator<Uint8Array> {
    for (const { piece, range } of slices) yield* shelf.read(piece, range).stream();
  }
  return { size: end - start, oneShot: false, stream };
}
