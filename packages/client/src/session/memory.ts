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
  /** Remembers now what would be remembered soon. Nothing after `forget`. */
  save(): Promise<void>;
  /** Until the next `remember`. */
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
  let last: Promise<unknown> = Promise.resolve();
  const isKept = store !== null && modifiedAt !== null;
  /** One after the other: a write that is slow must not undo a later one. One that fails costs no upload: `null`. */
  const attempt = <Value>(work: () => Value | Promise<Value>): Promise<Value | null> => {
    const next = last.then(work).catch(() => null);
    last = next;
    return next;
  };
  const save = async (): Promise<void> => {
    if (!isKept || id === "") return;
    savedAt = Date.now();
    const record = { id, size: data.size, modifiedAt, crcs, ...(session === null ? {} : { session }) };
    const text = JSON.stringify(record satisfies Remembered);
    await attempt(() => store.set(key, text));
  };
  return {
    load: async () => {
      const text = isKept ? await attempt(() => store.get(key)) : null;
      const found = parse(text ?? "") as Remembered | null;
      // Anybody may have written it, and ids become paths.
      return found !== null && isId(found.id) && isId(found.session ?? found.id) ? found : null;
    },
    remember: (ours, theirs, known = []) => {
      id = ours;
      session = theirs;
      crcs = Array.isArray(known) ? [...(known as typeof crcs)] : [];
      return save();
    },
    save,
    forget: async () => {
      id = "";
      if (isKept) await attempt(() => store.remove(key));
    },
    get session() {
      return session;
    },
    crc: (index) => crcs[index] ?? undefined,
    setCrc: (index, crc) => {
      // JSON has `null` for a hole.
      crcs[index] = crc;
      if (Date.now() - savedAt > pauseMs) void save();
    },
  };
}

/** As the server takes them from us, and makes them. */
function isId(text: string): boolean {
  return /^[\w-]{22,64}$/.test(text);
}
