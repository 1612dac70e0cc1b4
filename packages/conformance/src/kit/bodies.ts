import { type ByteSource, fromStream } from "@stowage/core";

// Not looked up for each byte: in the contexts of test runners a global is slow.
const { imul } = Math;

/** Bytes that differ from place to place, and from seed to seed. */
export function pattern(size: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(size);
  let state = imul(seed, 2_654_435_761) >>> 0;
  for (let at = 0; at < size; at++) {
    state = (imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

/** A request's body: in pieces of odd sizes, an empty one among them, with room for others between. */
export function piecewise(bytes: Uint8Array, size: number | null = bytes.byteLength): ByteSource {
  return fromStream(inPieces(bytes), size);
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  // Few pieces whatever the size, and never aligned to anything.
  const step = Math.max(1, Math.ceil(bytes.byteLength / 5) - 1);
  for (let at = 0; at < bytes.byteLength; at += step) {
    if (at === step) yield new Uint8Array(0);
    await Promise.resolve();
    yield bytes.subarray(at, at + step);
  }
}

/** A body whose sender breaks off after these bytes. */
export function broken(bytes: Uint8Array, size: number | null, error: unknown): ByteSource {
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield* inPieces(bytes);
    throw error;
  }
  return fromStream(stream(), size);
}

/** A sender that falls silent. */
export interface StalledBody {
  readonly body: ByteSource;
  /** Resolves when somebody waits for the bytes after the first ones. */
  readonly stalled: Promise<void>;
  /** The rest comes after all. */
  readonly resume: () => void;
}

/** The first bytes, then silence until `resume`, then the rest. */
export function stalling(bytes: Uint8Array, first: number): StalledBody {
  let [stall, resume] = [(): void => {}, (): void => {}];
  const stalled = new Promise<void>((resolve) => (stall = resolve));
  const resumed = new Promise<void>((resolve) => (resume = resolve));
  async function* stream(): AsyncGenerator<Uint8Array> {
    if (first > 0) yield bytes.subarray(0, first);
    stall();
    await resumed;
    yield bytes.subarray(first);
  }
  return { body: fromStream(stream(), bytes.byteLength), stalled, resume };
}

/** All bytes of a source. */
export async function collect(source: ByteSource): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of source.stream()) {
    pieces.push(piece.slice());
    length += piece.byteLength;
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}
