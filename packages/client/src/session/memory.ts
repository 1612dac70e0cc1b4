import { parse } from "../http/failure-of.js";
import type { UploadSource } from "../source.js";
import type { ResumeStore } from "./resume-store.js";

/** An unfinished upload, as it is remembered. */
export interface Remembered {
  /** Ours, with which the session was asked for. */
  readonly id: string;
  /** The server's. Absent: its answer never came. */
  readonly session?: string;
  readonly size: number;
  readonly modifiedAt: number;
  /** CRC-32 of each chunk that was read; holes are read again when they are needed. */
  readonly crcs?: readonly (number | null)[];
}

/** What is known of one upload, here and over a restart. */
export interface Memory {
  /** `null`: nothing, or not of this file. */
  load(): Promise<Remembered | null>;
  /** From now on it is this session; `null`: its answer has not come yet. */
  remember(id: string, session: string | null, crcs?: Remembered["crcs"]): Promise<void>;
  /** Remembers now what would be remembered soon. */
  save(): Promise<void>;
  forget(): Promise<void>;
  /** The server's session. `null`: none yet. */
  readonly session: string | null;
  crc(index: number): number | undefined;
  /** Remembered soon, not at once: what is lost can be computed again. */
  setCrc(index: number, crc: number): void;
}

/** Least time between two writes for checksums alone. */
const pauseMs = 1000;

/** Remembers by server and path; without a store, or a time of change to know the file by, for this upload only. */
export function makeMemory(store: ResumeStore | null, key: string, { data, modifiedAt }: UploadSource): Memory {
  let id = "";
  let session: string | null = null;
  let crcs: (number | null)[] = [];
  let savedAt = 0;
  const isKept = store !== null && modifiedAt !== null;
  const save = async (): Promise<void> => {
    if (!isKept || id === "") return;
    savedAt = Date.now();
    const record = { id, size: data.size, modifiedAt, crcs, ...(session === null ? {} : { session }) };
    await attempt(() => store.set(key, JSON.stringify(record satisfies Remembered)));
  };
  return {
    load: async () => {
      const text = isKept ? await attempt(() => store.get(key)) : null;
      const found = parse(text ?? "");
      return found === null || typeof found["id"] !== "string" ? null : (found as unknown as Remembered);
    },
    remember: (ours, theirs, known = []) => {
      id = ours;
      session = theirs;
      crcs = [...known];
      return save();
    },
    save,
    forget: async () => {
      if (isKept) await attempt(() => store.remove(key));
    },
    get session() {
      return session;
    },
    crc: (index) => crcs[index] ?? undefined,
    setCrc: (index, crc) => {
      while (crcs.length < index) crcs.push(null);
      crcs[index] = crc;
      if (Date.now() - savedAt > pauseMs) void save();
    },
  };
}

/** A store that fails (full, forbidden, broken) is no reason to fail an upload. */
async function attempt<Value>(work: () => Value): Promise<Awaited<Value> | null> {
  try {
    return await work();
  } catch {
    return null;
  }
}
