import { bytes, fromBytes, type Receipt, type StorageDriver, type StoredObject, UploadError } from "@stowage/core";

type Stowed = { readonly session: string; readonly object: StoredObject; readonly content: Uint8Array };
const [driver, ordering] = ["shelf", { kind: "any", maxParallel: 16 }] as const;
const part = { minSize: 1, maxSize: 16 * 1024 * 1024, maxCount: 10_000 };

/** Stows in memory: `open` has the chunks of unfinished uploads by session, `stowed` what is whole by key. */
export const shelf = (open: Map<string, Map<string, Uint8Array>>, stowed: Map<string, Stowed>): StorageDriver => ({
  name: driver,
  capabilities: { ordering, part, deferredSize: true, unsizedBody: true, passiveBegin: true },
  begin: async () => driver,
  sink: (given, { key, size, sessionId: session }) => {
    if (given !== driver) throw new UploadError("BACKEND_LOST_UPLOAD", "not our handle", { driver });
    return {
      write: async ({ offset, attempt: token, body, checksum }, { signal }) => {
        if (checksum) throw new UploadError("UNSUPPORTED", "no digests", { driver, capability: "checksums" });
        signal.throwIfAborted();
        const done = new AbortController();
        const stop = new Promise<never>((_, fail) => signal.addEventListener("abort", () => fail(signal.reason), done));
        const content = await Promise.race([bytes(body, part.maxSize), stop]).finally(() => done.abort());
        if (stowed.has(key)) throw new UploadError("OBJECT_EXISTS", "key is taken", { path: key });
        open.set(session, new Map(open.get(session)).set(token, content));
        return { offset, size: content.byteLength, token };
      },
      complete: async (receipts) => {
        const there = stowed.get(key);
        if (there && there.session !== session) throw new UploadError("OBJECT_EXISTS", "key is taken", { path: key });
        const content = there?.content ?? joined(receipts, size ?? 0, open.get(session));
        const object = { key, size: content.byteLength };
        stowed.set(key, { session, object, content });
        open.delete(session);
        return object;
      },
      probe: async () => {
        const there = stowed.get(key);
        return there?.session === session ? { kind: "complete", object: there.object } : { kind: "open", parts: null };
      },
    };
  },
  abort: async (_, { sessionId }) => void open.delete(sessionId),
  objects: {
    stat: async (key) => stowed.get(key)?.object ?? null,
    read: async (key, range) => {
      const content = stowed.get(key)?.content;
      if (!content) throw new UploadError("OBJECT_NOT_FOUND", "nothing at the key", { key });
      return fromBytes(content.subarray(range?.start, range?.end));
    },
    remove: async (key) => void stowed.delete(key),
  },
});

function joined(receipts: readonly Receipt[], size: number, chunks = new Map<string, Uint8Array>()): Uint8Array {
  const there = receipts.filter(({ token }) => chunks.has(token)).toSorted((a, b) => a.offset - b.offset);
  const ends = [0, ...there.map((receipt) => receipt.offset + receipt.size)];
  const starts = [...there.map((receipt) => receipt.offset), size];
  const missing = starts.map((end, at) => ({ start: ends[at] ?? 0, end })).filter(({ start, end }) => start < end);
  if (missing.length > 0) throw new UploadError("UPLOAD_INCOMPLETE", "chunks are missing", { missing });
  return Buffer.concat(there.flatMap(({ token }) => chunks.get(token) ?? []));
}
