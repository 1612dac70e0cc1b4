import type { ByteSource, Checksum, ChecksumAlgorithm } from "../bytes.js";
import { isUploadError, UploadError } from "../errors.js";
import type { Digest, Runtime } from "../runtime.js";

/** What a body must turn out to be. */
export interface MeterRules {
  /** Where the body starts in the object. */
  readonly offset: number;
  /** Exact length; `null` where the sender did not say. */
  readonly exact: number | null;
  /** Most bytes, where the length is not known. */
  readonly limit: number;
  /** A digest that the sender gave, or will give in a trailer. */
  readonly checksum: Checksum | Promise<Checksum> | null;
  readonly runtime: Runtime;
}

/** The one meter of a body: counts, limits, hashes and cuts. Nothing else wraps the body. */
export interface Meter {
  /**
   * The next bytes, at most `most`; ends early only where the body ends. With `Infinity` it ends only when the
   * source has ended: a byte too many, or a wrong digest, throws before that.
   */
  stride(most: number): Stride;
  /** Whether more bytes are to come; waits for them. */
  more(): Promise<boolean>;
  /** Bytes of all strides so far. */
  readonly count: number;
  /** The body has ended and was right. */
  readonly ended: boolean;
  /** What the body threw: the cause of a short receipt. */
  readonly failure: UploadError | null;
  /** Ends the body with this error, also while it waits for bytes. */
  cut(error: UploadError): void;
  /** Lets the source go where nobody reads on. */
  release(): void;
}

/** A part of a body for one driver write. */
export interface Stride extends AsyncIterable<Uint8Array> {
  readonly count: number;
  /** Base64 of the CRC-32 of what was read. */
  crc32(): string;
}

/** @throws {UploadError} from the stream: `CHUNK_SIZE_MISMATCH`, `OBJECT_TOO_LARGE`, `BODY_TRUNCATED`, `CHECKSUM_MISMATCH`, `INTERRUPTED`, and what `cut` was given */
export function meterBody(body: ByteSource, rules: MeterRules): Meter {
  const state: MeterState = { count: 0, ended: false, failure: null, rest: null, interrupt: null };
  const iterator = body.stream()[Symbol.asyncIterator]();
  const checks = digestChecks(rules);

  const cuttable = <Value>(waited: Promise<Value>): Promise<Value> =>
    new Promise((resolve, reject) => {
      state.interrupt = reject;
      waited.then(resolve, reject);
    });
  /** The next piece that is not empty, or `null` at the end of a body that was right. */
  const pull = async (): Promise<Uint8Array | null> => {
    if (state.failure !== null) throw state.failure;
    if (state.ended) return null;
    try {
      for (;;) {
        const result = await cuttable(iterator.next());
        if (state.failure !== null) throw state.failure as UploadError;
        if (result.done === true) {
          checkLength(state, rules);
          // Most bodies come without a digest, and none waits for one then.
          if (rules.checksum !== null) checkDigest(await cuttable(Promise.resolve(rules.checksum)), rules, checks);
          state.ended = true;
          return null;
        }
        if (result.value.byteLength > 0) return accept(state, rules, checks, result.value);
      }
    } catch (error) {
      state.failure ??= asFailure(error);
      release();
      throw state.failure;
    }
  };
  const release = (): void => {
    if (!state.ended) void iterator.return?.().then(undefined, () => {});
  };
  return {
    stride: (most) => makeStride(state, rules.runtime.digest("crc32"), pull, most),
    more: async () => {
      state.rest ??= await pull();
      return state.rest !== null;
    },
    get count() {
      return state.count - (state.rest?.byteLength ?? 0);
    },
    get ended() {
      return state.ended && state.rest === null;
    },
    get failure() {
      return state.failure;
    },
    cut: (error) => {
      if (state.ended || state.failure !== null) return;
      state.failure = error;
      state.interrupt?.(error);
    },
    release,
  };
}

interface MeterState {
  /** Bytes pulled from the source. */
  count: number;
  ended: boolean;
  failure: UploadError | null;
  /** Pulled, but not yet given to a stride. */
  rest: Uint8Array | null;
  interrupt: ((error: UploadError) => void) | null;
}

function makeStride(state: MeterState, crc: Digest, pull: () => Promise<Uint8Array | null>, most: number): Stride {
  let count = 0;
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    if (count >= most) return { done: true, value: undefined };
    const piece = state.rest ?? (await pull());
    if (piece === null) return { done: true, value: undefined };
    const room = most - count;
    state.rest = piece.byteLength > room ? piece.subarray(room) : null;
    const value = state.rest === null ? piece : piece.subarray(0, room);
    count += value.byteLength;
    crc.update(value);
    return { done: false, value };
  };
  return {
    [Symbol.asyncIterator]: () => ({ next, return: () => Promise.resolve({ done: true, value: undefined }) }),
    get count() {
      return count;
    },
    crc32: () => crc.value(),
  };
}

function accept(state: MeterState, rules: MeterRules, checks: DigestChecks, piece: Uint8Array): Uint8Array {
  const limit = rules.exact ?? rules.limit;
  if (state.count + piece.byteLength > limit) {
    const actual = state.count + piece.byteLength;
    if (rules.exact === null)
      throw new UploadError("OBJECT_TOO_LARGE", `over ${limit} bytes`, {
        size: rules.offset + actual,
        limit: rules.offset + limit,
      });
    throw new UploadError("CHUNK_SIZE_MISMATCH", `got more than ${limit} bytes`, {
      offset: rules.offset,
      expected: limit,
      actual,
    });
  }
  state.count += piece.byteLength;
  for (const digest of checks.values()) digest.update(piece);
  return piece;
}

function checkLength(state: MeterState, { exact }: MeterRules): void {
  if (exact !== null && state.count < exact) {
    throw new UploadError(
      "BODY_TRUNCATED",
      `got ${state.count} of ${exact} bytes`,
      { expected: exact, actual: state.count },
      { retry: "same" },
    );
  }
}

function checkDigest({ algorithm, value }: Checksum, { offset }: MeterRules, checks: DigestChecks): void {
  const digest = checks.get(algorithm);
  if (digest === undefined) {
    throw new UploadError("UNSUPPORTED", `a trailer with ${algorithm}`, { driver: "runtime", capability: algorithm });
  }
  if (digest.value() !== value) {
    throw new UploadError(
      "CHECKSUM_MISMATCH",
      `bytes from ${offset}: ${algorithm} differs`,
      { offset, algorithm },
      { retry: "same" },
    );
  }
}

type DigestChecks = ReadonlyMap<ChecksumAlgorithm, Digest>;

/** Algorithms that may come in a trailer, whose name is known only at the end. */
const trailerAlgorithms = ["crc32", "sha1", "sha256"] as const;

function digestChecks({ checksum, runtime }: MeterRules): DigestChecks {
  if (checksum === null) return new Map();
  if (!(checksum instanceof Promise)) return new Map([[checksum.algorithm, runtime.digest(checksum.algorithm)]]);
  const checks = new Map<ChecksumAlgorithm, Digest>();
  for (const algorithm of trailerAlgorithms) {
    try {
      checks.set(algorithm, runtime.digest(algorithm));
    } catch {
      // This runtime lacks it; a trailer that names it is refused.
    }
  }
  return checks;
}

function asFailure(error: unknown): UploadError {
  if (isUploadError(error)) return error;
  return new UploadError(
    "INTERRUPTED",
    "the sender broke off",
    { reason: "body" },
    { retry: "after-probe", cause: error },
  );
}
