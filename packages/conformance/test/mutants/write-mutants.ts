import { type ByteSource, type CallOptions, type Chunk, fromBytes, fromStream, UploadError } from "@stowage/core";
import { collect } from "../../src/kit/bodies.js";
import { altered, alteredSink, type DriverSetup } from "./altered-driver.js";
import type { Mutant } from "./mutant.js";

const never = (): CallOptions => ({ signal: new AbortController().signal });

async function truncatedTo(body: ByteSource, size: number): Promise<ByteSource> {
  return fromBytes((await collect(body)).subarray(0, size));
}

/** Reads what comes, and takes the end of a broken body for the end of the body. */
async function whatCame(body: ByteSource): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of body.stream()) pieces.push(piece);
  } catch {
    // The mutation.
  }
  return new Uint8Array(Buffer.concat(pieces));
}

function withoutChecksum(chunk: Chunk): Chunk {
  const { checksum, ...rest } = chunk;
  return checksum === undefined ? chunk : rest;
}

/** Drivers that are wrong about bytes on their way in. */
export const writeMutants: Readonly<Record<string, Mutant<DriverSetup>>> = {
  "keeps the bytes of a chunk that nobody was told of": {
    caughtBy: ["write/other-bytes"],
    setup: altered(
      ({ driver }) => {
        const { writeOnce: _, ...capabilities } = driver.capabilities;
        return { capabilities };
      },
      { writeOnce: true },
    ),
  },
  "gives away what it says that it keeps": {
    caughtBy: ["write/first-bytes-stay"],
    setup: altered(({ driver }) => ({ capabilities: { ...driver.capabilities, writeOnce: true } })),
  },
  "writes later chunks one byte off": {
    caughtBy: ["write/in-order"],
    isBroad: true,
    setup: alteredSink((sink) => ({
      write: async (chunk, options) => {
        const receipt = await sink.write({ ...chunk, offset: Math.max(0, chunk.offset - 1) }, options);
        return { ...receipt, offset: chunk.offset };
      },
    })),
  },
  "loses the last byte of each chunk": {
    caughtBy: ["write/in-order"],
    isBroad: true,
    setup: alteredSink((sink) => ({
      write: async (chunk, options) => {
        const bytes = await collect(chunk.body);
        const body = fromBytes(bytes.subarray(0, Math.max(0, bytes.byteLength - 1)));
        return { ...(await sink.write({ ...chunk, body }, options)), size: bytes.byteLength };
      },
    })),
  },
  "counts the announced length of a truncated body": {
    caughtBy: ["write/partial-chunk", "write/truncated-body", "write/oversize-body"],
    setup: alteredSink((sink) => ({
      write: async (chunk, options) => {
        const receipt = await sink.write({ ...chunk, body: { ...chunk.body, size: null }, whole: true }, options);
        return { ...receipt, size: chunk.body.size ?? receipt.size };
      },
    })),
  },
  "counts a body that broke off, though it had to be whole": {
    caughtBy: ["write/broken-body-whole", "write/wrong-after-last-byte"],
    setup: alteredSink((sink) => ({
      write: (chunk, options) => sink.write({ ...chunk, whole: false }, options),
    })),
  },
  "keeps a body whose end was an error, where all its bytes came": {
    caughtBy: ["write/wrong-after-last-byte"],
    setup: alteredSink((sink) => {
      const kept = new Set<number>();
      return {
        write: async (chunk, options) => {
          const { body, offset } = chunk;
          if (kept.has(offset))
            throw new UploadError("RANGE_OVERLAP", "others are stored", { range: { start: 0, end: 0 } });
          let count = 0;
          const stream = async function* () {
            for await (const piece of body.stream()) {
              count += piece.byteLength;
              yield piece;
            }
          };
          try {
            return await sink.write({ ...chunk, body: { ...body, stream } }, options);
          } catch (error) {
            if (count === body.size) kept.add(offset);
            throw error;
          }
        },
      };
    }),
  },
  "hides the error of a body that broke off": {
    caughtBy: ["write/broken-body-whole", "write/wrong-after-last-byte", "write/checksum-refused"],
    setup: alteredSink((sink) => ({
      write: async (chunk, options) => {
        try {
          return await sink.write(chunk, options);
        } catch {
          throw new UploadError("BACKEND_UNAVAILABLE", "no answer", { driver: "memory" });
        }
      },
    })),
  },
  "declares partial chunks and drops them": {
    caughtBy: ["write/partial-chunk"],
    setup: alteredSink((sink) => ({ write: (chunk, options) => sink.write({ ...chunk, whole: true }, options) })),
  },
  "receipts for a partial chunk one byte too few": {
    caughtBy: ["write/partial-chunk"],
    setup: alteredSink((sink) => ({
      write: async (chunk, options) => {
        const receipt = await sink.write(chunk, options);
        return chunk.body.size !== null && receipt.size < chunk.body.size
          ? { ...receipt, size: receipt.size - 1 }
          : receipt;
      },
    })),
  },
  "keeps a partial chunk that it does not declare": {
    caughtBy: ["write/partial-chunk-refused", "write/abort-mid-body"],
    setup: alteredSink(
      (sink) => ({
        write: async (chunk, options) => {
          if (chunk.whole) return sink.write(chunk, options);
          return sink.write({ ...chunk, body: fromBytes(await whatCame(chunk.body)) }, options);
        },
      }),
      { partialChunks: false },
    ),
  },
  "takes bodies without a length that it does not declare": {
    caughtBy: ["write/unsized-body-refused"],
    setup: alteredSink(
      (sink) => ({
        write: async (chunk, options) =>
          sink.write(
            chunk.body.size === null ? { ...chunk, body: fromBytes(await collect(chunk.body)) } : chunk,
            options,
          ),
      }),
      { unsizedBody: false },
    ),
  },
  "declares bodies without a length and refuses them": {
    caughtBy: ["write/unsized-body"],
    setup: altered(({ driver }) => ({ capabilities: { ...driver.capabilities, unsizedBody: true } }), {
      unsizedBody: false,
    }),
  },
  "lets a body grow over its length": {
    caughtBy: ["write/oversize-body"],
    setup: alteredSink((sink) => ({
      write: async (chunk, options) => {
        const receipt = await sink.write({ ...chunk, body: { ...chunk.body, size: null } }, options);
        return { ...receipt, size: Math.min(receipt.size, chunk.body.size ?? Infinity) };
      },
    })),
  },
  "ignores the signal": {
    caughtBy: ["write/abort-mid-body", "write/aborted-before", "memory/given-back"],
    setup: alteredSink((sink) => ({ write: (chunk) => sink.write(chunk, never()) })),
  },
  "gives what came before an abort a receipt": {
    caughtBy: ["write/aborted-before"],
    setup: alteredSink((sink) => ({
      write: async (chunk, options) => {
        const before = options.signal.aborted ? fromBytes(await collect(chunk.body)) : chunk.body;
        return sink.write({ ...chunk, body: before }, options.signal.aborted ? never() : options);
      },
    })),
  },
  "takes chunks of a sequential backend in any order": {
    caughtBy: ["write/order-enforced"],
    setup: altered(({ driver }) => ({ capabilities: { ...driver.capabilities, ordering: { kind: "sequential" } } })),
  },
  "declares any order and wants them in order": {
    caughtBy: ["write/any-order", "write/parallel", "write/oversize-body"],
    setup: altered(
      ({ driver }) => ({ capabilities: { ...driver.capabilities, ordering: { kind: "any", maxParallel: 1 } } }),
      { ordering: { kind: "sequential" } },
    ),
  },
  "takes one chunk after the other, whosesoever": {
    caughtBy: ["write/silent-sender-blocks-nobody", "fence/late-bytes", "fence/late-after-complete"],
    setup: altered(({ driver }) => {
      let last: Promise<unknown> = Promise.resolve();
      return {
        sink: (handle, target) => {
          const sink = driver.sink(handle, target);
          const write = (chunk: Chunk, options: CallOptions): ReturnType<typeof sink.write> => {
            const next = last.then(() => sink.write(chunk, options));
            last = next.catch(() => {});
            return next;
          };
          return { ...sink, write };
        },
      };
    }),
  },
  "mixes up bodies that come at the same time": {
    caughtBy: ["write/parallel", "write/silent-sender-blocks-nobody", "memory/given-back"],
    setup: altered(({ driver }) => {
      let pieces: Uint8Array[] = [];
      return {
        sink: (handle, target) => {
          const sink = driver.sink(handle, target);
          const write = async (chunk: Chunk, options: CallOptions): ReturnType<typeof sink.write> => {
            if (!chunk.whole || chunk.body.size === null) return sink.write(chunk, options);
            pieces = [];
            for await (const piece of chunk.body.stream()) pieces.push(piece);
            const body = fromBytes(new Uint8Array(Buffer.concat(pieces)).subarray(0, chunk.body.size));
            return sink.write({ ...chunk, body }, options);
          };
          return { ...sink, write };
        },
      };
    }),
  },
  "appends a chunk that comes again": {
    caughtBy: ["write/other-bytes", "write/resend", "complete/never-overwrites", "complete/leaves-nothing"],
    setup: altered(({ driver }) => {
      const seen = new Set<string>();
      return {
        sink: (handle, target) => {
          const sink = driver.sink(handle, target);
          const write = async (chunk: Chunk, options: CallOptions): ReturnType<typeof sink.write> => {
            const id = `${target.key} ${chunk.offset}`;
            const isAgain = seen.has(id);
            const receipt = await sink.write(chunk, options);
            seen.add(id);
            return isAgain ? { ...receipt, offset: receipt.offset + receipt.size } : receipt;
          };
          return { ...sink, write };
        },
      };
    }),
  },
  "stops at an empty piece": {
    caughtBy: ["write/many-pieces"],
    isBroad: true,
    setup: alteredSink((sink) => ({
      write: (chunk, options) => {
        async function* untilEmpty(): AsyncGenerator<Uint8Array> {
          for await (const piece of chunk.body.stream()) {
            if (piece.byteLength === 0) return;
            yield piece;
          }
        }
        return sink.write({ ...chunk, body: fromStream(untilEmpty(), chunk.body.size) }, options);
      },
    })),
  },
  "takes any digest": {
    caughtBy: ["write/checksum-mismatch", "write/checksum-refused"],
    setup: alteredSink((sink) => ({ write: (chunk, options) => sink.write(withoutChecksum(chunk), options) }), {
      checksums: ["crc32"],
    }),
  },
  "takes parts beyond its limit": {
    caughtBy: ["write/over-max-part-refused"],
    setup: altered(({ driver }) => ({
      capabilities: { ...driver.capabilities, part: { ...driver.capabilities.part, maxSize: 2_048 } },
    })),
  },
  "takes fewer parts than it declares": {
    caughtBy: ["write/at-max-count"],
    setup: altered(
      ({ driver }) => ({
        capabilities: { ...driver.capabilities, part: { ...driver.capabilities.part, maxCount: 8 } },
      }),
      { part: { maxCount: 7 } },
    ),
  },
  "takes smaller parts than it can": {
    caughtBy: ["write/at-min-part"],
    setup: altered(
      ({ driver }) => ({
        capabilities: { ...driver.capabilities, part: { ...driver.capabilities.part, minSize: 32 } },
      }),
      { part: { minSize: 64 } },
    ),
  },
  "counts a last chunk one byte short": {
    caughtBy: ["write/one-byte-last"],
    isBroad: true,
    setup: alteredSink((sink) => ({
      write: async (chunk, options) =>
        chunk.isLast && chunk.offset > 0 && chunk.body.size !== null
          ? {
              ...(await sink.write({ ...chunk, body: await truncatedTo(chunk.body, chunk.body.size - 1) }, options)),
              size: chunk.body.size,
            }
          : sink.write(chunk, options),
    })),
  },
  "takes no object smaller than its least part": {
    caughtBy: ["write/single-chunk", "write/at-min-part"],
    setup: alteredSink((sink) => ({
      write: async (chunk, options) => {
        if (chunk.offset > 0 || chunk.body.size !== 1) return sink.write(chunk, options);
        throw new UploadError("BACKEND_REJECTED", "part too small", { driver: "memory", status: 400 });
      },
    })),
  },
  "takes a byte less than its greatest part": {
    caughtBy: ["write/at-max-part"],
    setup: altered(
      ({ driver }) => ({
        capabilities: { ...driver.capabilities, part: { ...driver.capabilities.part, maxSize: 2_048 } },
      }),
      { part: { maxSize: 2_047 } },
    ),
  },
  "refuses the digests that it declares": {
    caughtBy: ["write/checksum-verified", "write/checksum-mismatch"],
    setup: altered(({ driver }) => ({ capabilities: { ...driver.capabilities, checksums: ["sha256"] } })),
  },
};
