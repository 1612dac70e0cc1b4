import { refuse } from "../http/refusal.js";

/** A body in chunks of AWS's own framing (`Content-Encoding: aws-chunked`), inside whatever HTTP does. */
export interface AwsChunkedBody {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Lower-case names; complete when `bytes` has ended. */
  readonly trailers: ReadonlyMap<string, string>;
}

const longestLine = 8 * 1024;

/**
 * Takes the framing off: `SIZE[;chunk-signature=…]\r\n`, the bytes, `\r\n`, and trailers after the chunk of size 0.
 * Signatures of chunks are not looked at: the caller refuses the forms that have them.
 *
 * @throws IncompleteBody where it ends too early, InvalidRequest where it is not of that form
 */
export function readAwsChunked(source: AsyncIterable<Uint8Array>): AwsChunkedBody {
  const trailers = new Map<string, string>();
  return { bytes: chunks(source, trailers), trailers };
}

async function* chunks(
  source: AsyncIterable<Uint8Array>,
  trailers: Map<string, string>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = byteReader(source);
  for (;;) {
    const line = await reader.line();
    const [, hex] = /^([0-9A-Fa-f]{1,8})(?:;.*)?$/.exec(line) ?? [];
    if (hex === undefined) throw wrongFraming();
    const size = Number.parseInt(hex, 16);
    if (size === 0) break;
    yield* reader.bytes(size);
    if ((await reader.line()) !== "") throw wrongFraming();
  }
  for (let line = await reader.line(true); line !== ""; line = await reader.line(true)) {
    const [, name, value] = /^([^:\s]+):\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw wrongFraming();
    trailers.set(name.toLowerCase(), value);
  }
  // What is left belongs to the connection; the source must be read to its end for the next request.
  while ((await reader.piece()) !== null);
}

function byteReader(source: AsyncIterable<Uint8Array>): {
  /** Without its `\r\n`. `mayEnd`: the end of the source ends it too, as some clients leave the last line out. */
  line(mayEnd?: boolean): Promise<string>;
  bytes(size: number): AsyncIterable<Uint8Array>;
  piece(): Promise<Buffer | null>;
} {
  const pieces = source[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  const piece = async (): Promise<Buffer | null> => {
    if (rest.byteLength > 0) {
      const held = rest;
      rest = Buffer.alloc(0);
      return held;
    }
    const { value, done } = await pieces.next();
    return done === true ? null : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  };
  return {
    piece,
    line: async (mayEnd = false) => {
      let text = Buffer.alloc(0);
      for (;;) {
        const next = await piece();
        if (next === null && mayEnd) return text.toString("latin1");
        if (next === null) throw incomplete();
        text = Buffer.concat([text, next]);
        const end = text.indexOf("\r\n");
        if (end !== -1) {
          rest = text.subarray(end + 2);
          return text.subarray(0, end).toString("latin1");
        }
        if (text.byteLength > longestLine) throw wrongFraming();
      }
    },
    bytes: async function* (size) {
      for (let left = size; left > 0;) {
        const next = await piece();
        if (next === null) throw incomplete();
        if (next.byteLength > left) rest = next.subarray(left);
        const part = next.subarray(0, left);
        left -= part.byteLength;
        yield part;
      }
    },
  };
}

function incomplete(): Error {
  return refuse("IncompleteBody", "The request body terminated unexpectedly");
}

function wrongFraming(): Error {
  return refuse("InvalidRequest", "The body is not well-formed aws-chunked content");
}
