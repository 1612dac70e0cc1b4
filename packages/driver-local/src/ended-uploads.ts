/** How many are remembered; an upload that ended longer ago has no writers left. */
const most = 4096;

/**
 * Uploads that are over. Files are made by their first bytes, so without this a writer that comes too late would make
 * the part file of an ended upload anew. It knows this process only: a writer of another one finds the
 * object of an upload that is complete, and what it leaves of one that was given up goes with the engine's tombstone.
 */
export interface EndedUploads {
  add(upload: string): void;
  has(upload: string): boolean;
  /** Somebody begins it again. */
  remove(upload: string): void;
}

/** Forgets the oldest beyond some thousands. */
export function endedUploads(): EndedUploads {
  const ended = new Set<string>();
  return {
    add: (upload) => {
      ended.delete(upload);
      ended.add(upload);
      const [oldest] = ended;
      if (ended.size > most && oldest !== undefined) ended.delete(oldest);
    },
    has: (upload) => ended.has(upload),
    remove: (upload) => void ended.delete(upload),
  };
}
