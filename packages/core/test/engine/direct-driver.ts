import { type DirectGrant, fromBytes, type Json, type StorageDriver, type UploadTarget } from "../../src/index.js";
import { memoryBackend, type MemoryBackend, memoryDriver, type MemoryDriverOptions } from "../../src/memory/index.js";

const options = { signal: new AbortController().signal };

/** A client that holds a grant, and what it may do at the backend without us. */
export interface DirectClient {
  readonly driver: StorageDriver;
  readonly backend: MemoryBackend;
  /** Stores a part at the backend. */
  send(offset: number, bytes: Uint8Array): Promise<void>;
  /** Completes at the backend, with all that is there. */
  finish(): Promise<void>;
  /** Makes an object of its own at the key. */
  forge(bytes: Uint8Array): void;
  readonly granted: { readonly start: number; readonly end: number }[];
}

/** The memory driver with direct uploads: whoever was granted anything may write to the upload behind our back. */
export function directClient(given: MemoryDriverOptions = {}): DirectClient {
  const backend = given.backend ?? memoryBackend();
  const inner = memoryDriver({ passiveBegin: false, ...given, backend });
  const granted: { start: number; end: number }[] = [];
  let open: { readonly handle: Json; readonly target: UploadTarget } | null = null;
  const sink = () => {
    if (open === null) throw new Error("nothing was granted");
    return inner.sink(open.handle, open.target);
  };
  const driver: StorageDriver = {
    ...inner,
    direct: {
      recipe: "parts",
      maxTtlMs: 60_000,
      grant: async (handle, target, { chunks }): Promise<DirectGrant> => {
        open = { handle, target };
        granted.push(chunks);
        return { kind: "parts", requests: [], completion: { by: "server" } };
      },
      verifyCallback: async (_handle, _target, { body }) => {
        if (body.byteLength === 0) throw new Error("not the vendor's");
      },
    },
  };
  return {
    driver,
    backend,
    granted,
    send: async (offset, bytes) => {
      const body = fromBytes(bytes);
      const chunk = { offset, index: null, isLast: false, whole: true, attempt: `direct ${offset}`, body };
      await sink().write(chunk, options);
    },
    forge: (bytes) => {
      if (open === null) throw new Error("nothing was granted");
      const { upload } = open.handle as { readonly upload: string };
      backend.objects.set(open.target.key, { upload, bytes });
    },
    finish: async () => {
      const probed = await sink().probe(options);
      if (probed.kind === "open") await sink().complete(probed.parts ?? [], options);
    },
  };
}
