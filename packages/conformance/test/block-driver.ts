import { bytes, defineDriver, type Receipt, type StorageDriver, UploadError } from "@stowage/core";
import type { DriverFixture } from "../src/driver/driver-fixture.js";

/** Objects by key, and the blocks of open uploads by key and token. */
export interface BlockStorage {
  readonly objects: Map<string, { readonly upload: string; readonly bytes: Uint8Array }>;
  readonly blocks: Map<string, Map<string, Uint8Array>>;
}

const mebibyte = 1024 * 1024;

/** A block store in memory, as S3 is one: late blocks are left out by their token, so that it needs no fence. */
const blockDriver = defineDriver<{ readonly storage: BlockStorage }>({
  name: "blocks",
  schema: { "~standard": { version: 1, vendor: "test", validate: (value) => ({ value: value as never }) } },
  create: ({ storage: { objects, blocks } }, { newId, memory }): StorageDriver => ({
    name: "blocks",
    capabilities: { ordering: { kind: "any", maxParallel: 4 }, part: { minSize: 1, maxSize: mebibyte, maxCount: 32 } },
    begin: async ({ key, size }) => {
      if (size === null)
        throw new UploadError("UNSUPPORTED", "no size", { driver: "blocks", capability: "deferredSize" });
      blocks.set(key, new Map());
      return { upload: newId() };
    },
    sink: (handle, { key, size }) => {
      const { upload } = (handle ?? {}) as { upload?: unknown };
      const lost = (): UploadError => new UploadError("BACKEND_LOST_UPLOAD", "no such upload", { driver: "blocks" });
      if (typeof upload !== "string") throw lost();
      const ofSize = ({ size: sum }: { size: number }): boolean => sum === size;
      return {
        write: async ({ offset, attempt, body, checksum }, { signal }) => {
          for (const [capability, isAsked] of [
            ["unsizedBody", body.size === null],
            ["checksums", checksum !== undefined],
          ] as const)
            if (isAsked) throw new UploadError("UNSUPPORTED", capability, { driver: "blocks", capability });
          await memory.take(body.size ?? 0, { signal });
          try {
            const block = await unlessAborted(bytes(body, mebibyte), signal);
            if (!blocks.has(key)) throw lost();
            blocks.get(key)?.set(attempt, block.slice());
            return { offset, size: block.byteLength, token: attempt };
          } finally {
            memory.give(body.size ?? 0);
          }
        },
        complete: async (receipts) => {
          const there = objects.get(key);
          if (there?.upload === upload) return { key, size: there.bytes.byteLength };
          if (there !== undefined) throw new UploadError("OBJECT_EXISTS", "taken", { path: key });
          const missing = gaps(receipts, size ?? 0);
          if (missing.length > 0) throw new UploadError("UPLOAD_INCOMPLETE", "parts are missing", { missing });
          const found = receipts.map(({ token }) => blocks.get(key)?.get(token));
          if (!blocks.has(key) || found.includes(undefined)) throw lost();
          const whole = Buffer.concat(found.filter((block) => block !== undefined));
          if (!ofSize({ size: whole.byteLength })) throw lost();
          objects.set(key, { upload, bytes: new Uint8Array(whole) });
          blocks.delete(key);
          return { key, size: whole.byteLength };
        },
        probe: async () => {
          const there = objects.get(key);
          if (there?.upload === upload) return { kind: "complete", object: { key, size: there.bytes.byteLength } };
          return blocks.has(key) ? { kind: "open", parts: null } : { kind: "gone" };
        },
      };
    },
    abort: async (_, { key }) => void blocks.delete(key),
    check: async () => [{ severity: "warning", subject: "memory", message: "nothing lasts", mend: "use a disk" }],
  }),
});

async function unlessAborted<Value>(value: Promise<Value>, signal: AbortSignal): Promise<Value> {
  let abort = (): void => {};
  const aborted = new Promise<never>((_, reject) => (abort = () => reject(signal.reason as Error)));
  signal.addEventListener("abort", abort);
  if (signal.aborted) abort();
  return Promise.race([value, aborted]).finally(() => signal.removeEventListener("abort", abort));
}

function gaps(receipts: readonly Receipt[], size: number): readonly { readonly start: number; readonly end: number }[] {
  const edges = [0, ...receipts.flatMap((each) => [each.offset, each.offset + each.size]), size];
  const missing: { start: number; end: number }[] = [];
  for (let at = 0; at < edges.length; at += 2) {
    const [start = 0, end = 0] = [edges[at], edges[at + 1]];
    if (start < end) missing.push({ start, end });
  }
  return missing;
}

/** A fixture over a storage of its own. */
export function blockFixture(runtime: Parameters<typeof blockDriver>[1]): DriverFixture {
  const storage: BlockStorage = { objects: new Map(), blocks: new Map() };
  const make = (): StorageDriver => blockDriver({ storage }, runtime);
  return {
    driver: make(),
    newInstance: make,
    readBack: async (key) => storage.objects.get(key)?.bytes ?? null,
    leftovers: async () => [...storage.blocks.keys()],
  };
}
