import type { Chunk, DriverCapabilities, Receipt } from "../../driver.js";
import { UploadError } from "../../errors.js";
import type { CallOptions, Runtime } from "../../runtime.js";
import type { UploadTarget } from "../../target.js";
import { lostUpload, type MemoryHandle } from "./handle.js";
import { emptyGeneration, type Generation, type MemoryBackend } from "./memory-backend.js";
import { readBody } from "./read-body.js";
import { unsupported } from "./unsupported.js";

/** What all chunks of one upload share. */
export interface MemorySink {
  readonly backend: MemoryBackend;
  readonly capabilities: DriverCapabilities;
  readonly digest: Runtime["digest"];
  readonly handle: MemoryHandle;
  readonly target: UploadTarget;
}

/** `ChunkSink.write`: bytes land as they come where a part of them may count, else together at the end. */
export async function write(sink: MemorySink, chunk: Chunk, options: CallOptions): Promise<Receipt> {
  const { capabilities } = sink;
  const { offset, attempt: token, body } = chunk;
  if (body.size === null && capabilities.unsizedBody !== true) throw unsupported("unsizedBody");
  if (chunk.checksum !== undefined && capabilities.checksums?.includes(chunk.checksum.algorithm) !== true)
    throw unsupported("checksums");
  if (body.size !== null) checkPart(sink, chunk, body.size);
  const generation = findGeneration(sink);
  if (capabilities.ordering.kind === "sequential") checkNext(generation, offset);
  const isKept = capabilities.writeOnce === true && generation.parts.has(offset);
  const mayCount = capabilities.partialChunks === true && !chunk.whole && !isKept;
  const size = mayCount
    ? await writeThrough(sink, generation, chunk, options)
    : await writeWhole(sink, generation, chunk, options);
  if (generationOf(sink) !== generation) throw lostUpload("the upload ended while its bytes came");
  const before = generation.parts.get(offset);
  if (before === undefined || before.size <= size) generation.parts.set(offset, { size, token });
  return { offset, size, token };
}

function generationOf({ backend, handle }: MemorySink): Generation | undefined {
  return backend.uploads.get(handle.upload)?.generations.get(handle.generation);
}

/** Made with the first byte where `begin` touched nothing. */
function findGeneration({ backend, capabilities, handle, target }: MemorySink): Generation {
  const { upload, generation } = handle;
  const there = backend.uploads.get(upload);
  if (there === undefined && capabilities.passiveBegin !== true) throw lostUpload("no such upload");
  if (backend.objects.get(target.key)?.upload === upload) throw lostUpload("the upload is complete");
  const open = there ?? { key: target.key, generations: new Map<string, Generation>() };
  const found = open.generations.get(generation) ?? emptyGeneration();
  open.generations.set(generation, found);
  backend.uploads.set(upload, open);
  return found;
}

async function writeThrough(
  sink: MemorySink,
  { buffer }: Generation,
  { offset, body }: Chunk,
  options: CallOptions,
): Promise<number> {
  let size = 0;
  const take = (piece: Uint8Array): void => {
    buffer.write(piece, offset + size);
    size += piece.byteLength;
  };
  try {
    return await readBody(body, offset, mostOf(sink, offset), take, options);
  } catch (error) {
    if (options.signal.aborted) throw error;
    return size;
  }
}

async function writeWhole(
  sink: MemorySink,
  generation: Generation,
  { offset, body, checksum }: Chunk,
  options: CallOptions,
): Promise<number> {
  const { buffer } = generation;
  const digest = checksum === undefined ? null : sink.digest(checksum.algorithm);
  const pieces: Uint8Array[] = [];
  const take = (piece: Uint8Array): void => {
    digest?.update(piece);
    // A sender may use its buffer again for the next piece.
    pieces.push(piece.slice());
  };
  const size = await readBody(body, offset, mostOf(sink, offset), take, options);
  if (checksum !== undefined && digest?.value() !== checksum.value) {
    const { algorithm } = checksum;
    throw new UploadError("CHECKSUM_MISMATCH", `chunk at ${offset}: its ${algorithm} differs`, { offset, algorithm });
  }
  if (sink.capabilities.writeOnce === true) checkSame(generation, offset, pieces, size);
  let at = offset;
  for (const piece of pieces) {
    buffer.write(piece, at);
    at += piece.byteLength;
  }
  return size;
}

/** @throws {UploadError} `RANGE_OVERLAP` for other bytes than those that are there */
function checkSame({ buffer, parts }: Generation, offset: number, pieces: readonly Uint8Array[], size: number): void {
  const end = offset + Math.min(parts.get(offset)?.size ?? 0, size);
  const there = buffer.prefix(end).subarray(offset);
  let at = 0;
  for (const piece of pieces)
    for (const byte of piece) {
      if (at < there.byteLength && there[at] !== byte)
        throw new UploadError("RANGE_OVERLAP", `other bytes are at ${offset}`, { range: { start: offset, end } });
      at++;
    }
}

function mostOf({ capabilities, target }: MemorySink, offset: number): number {
  const left = (target.size ?? capabilities.maxObjectSize ?? Infinity) - offset;
  return Math.min(capabilities.part.maxSize, left);
}

/** @throws {UploadError} `CHUNK_SIZE_MISMATCH` for a part that the limits refuse */
function checkPart({ capabilities, target }: MemorySink, { offset, isLast }: Chunk, size: number): void {
  const { minSize, maxSize, multipleOf = 1 } = capabilities.part;
  const end = target.size ?? Infinity;
  const isSmall = !isLast && (size < minSize || size % multipleOf !== 0);
  if (!isSmall && size <= maxSize && offset + size <= end) return;
  const expected = isSmall
    ? Math.max(minSize, Math.ceil(size / multipleOf) * multipleOf)
    : Math.min(maxSize, end - offset);
  throw new UploadError("CHUNK_SIZE_MISMATCH", `chunk at ${offset}: ${size} bytes are no part here`, {
    offset,
    expected,
    actual: size,
  });
}

/** The next byte, or a part that is there already: its answer was lost. */
function checkNext({ parts }: Generation, offset: number): void {
  const expected = [...parts].reduce((end, [start, { size }]) => Math.max(end, start + size), 0);
  if (offset === expected || parts.has(offset)) return;
  throw new UploadError("OFFSET_MISMATCH", `offset ${offset}: ${expected} is next`, { expected, actual: offset });
}
