import type { UploadError } from "../errors.js";

/** A write in flight in this process. */
export interface Writer {
  /** Ends the body with this error; what came before is settled where it may count. */
  cut(error: UploadError): void;
  /** Resolves when the write has settled and let go of its claim. */
  readonly done: Promise<void>;
}

/** The writes in flight in this process, by claim. */
export interface Writers {
  add(claimId: string, writer: Writer): void;
  remove(claimId: string): void;
  /** Does nothing where the claim is another process'. */
  cut(claimId: string, error: UploadError): void;
  count(): number;
  /** Cuts all, and resolves when all have settled. */
  drain(error: UploadError): Promise<void>;
}

/** An empty set of writers. */
export function trackWriters(): Writers {
  const active = new Map<string, Writer>();
  return {
    add: (claimId, writer) => void active.set(claimId, writer),
    remove: (claimId) => void active.delete(claimId),
    cut: (claimId, error) => active.get(claimId)?.cut(error),
    count: () => active.size,
    drain: async (error) => {
      const writers = [...active.values()];
      for (const writer of writers) writer.cut(error);
      await Promise.all(writers.map((writer) => writer.done));
    },
  };
}
