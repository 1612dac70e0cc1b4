import { setImmediate } from "node:timers/promises";
import type { Runtime } from "@stowage/core";
import { codeOf } from "./errors.js";
import type { FileCalls } from "./file-calls.js";
import type { PartHandle } from "./handle.js";
import { uploadOf } from "./layout.js";
import type { OpenPart } from "./open-part.js";

/** Open part files, kept between chunks: opening and closing one for each small chunk costs a third more CPU. */
export interface Descriptors {
  /** Runs file calls on a part file, which stays open at least as long. The file is made where it is missing. */
  use<Value>(
    handle: PartHandle,
    key: string,
    calls: FileCalls,
    action: (file: OpenPart) => Promise<Value>,
  ): Promise<Value>;
  /** Waits until no call runs on any file of the upload, and closes them. A later `use` opens them again. */
  retire(upload: string): Promise<void>;
  /** Closes all. */
  close(): Promise<void>;
}

/** Bounds of the cache. */
export interface DescriptorLimits {
  /** Beyond it the least recently used go, but none that is in use. */
  readonly openFiles: number;
  /** Unused so long, a file is closed; at the latest after twice as long. */
  readonly idleMs: number;
}

type OpenFile = (handle: PartHandle, key: string, calls: FileCalls) => Promise<OpenPart>;

/** An empty cache; `open` opens the file of a part, or makes it. */
export function makeDescriptors(
  open: OpenFile,
  limits: DescriptorLimits,
  { clock, log }: Pick<Runtime, "clock" | "log">,
): Descriptors {
  const cache = entryCache((error) => log.warn({ error: String(error) }, "a part file could not be closed"));
  const closing = new AbortController();
  let watched = false;

  const watch = async (): Promise<void> => {
    watched = true;
    while (cache.entries.size > 0 && !closing.signal.aborted) {
      await clock.sleep(limits.idleMs, closing.signal);
      // A test's clock may not wait at all; files in use would then never get their turn of the loop.
      await setImmediate();
      await cache.drop((_part, entry) => entry.pins === 0 && !entry.touched);
      for (const entry of cache.entries.values()) entry.touched = false;
    }
    watched = false;
  };
  /** Where the process has no descriptors left, ours go first. */
  const openSomehow: OpenFile = async (handle, key, calls) => {
    try {
      return await open(handle, key, calls);
    } catch (error) {
      if (codeOf(error) !== "EMFILE" && codeOf(error) !== "ENFILE") throw error;
      await cache.drop((_part, entry) => entry.pins === 0);
      return open(handle, key, calls);
    }
  };

  return {
    async use(handle, key, calls, action) {
      const entry = cache.entries.get(handle.part) ?? makeEntry(openSomehow(handle, key, calls), calls);
      cache.putLast(handle.part, entry);
      if (!watched) void watch();
      try {
        return await entry.pinned(action);
      } catch (error) {
        if (entry.broken) cache.forget(handle.part, entry);
        throw error;
      } finally {
        let excess = cache.entries.size - limits.openFiles;
        if (excess > 0) void cache.drop((_part, { pins }) => pins === 0 && excess-- > 0);
      }
    },
    retire: (upload) => cache.drop((part) => uploadOf(part) === upload),
    close: () => {
      closing.abort();
      return cache.drop(() => true);
    },
  };
}

interface EntryCache {
  /** By part; the least recently used first. */
  readonly entries: ReadonlyMap<string, Entry>;
  putLast(part: string, entry: Entry): void;
  forget(part: string, entry: Entry): void;
  /** Takes out what is asked for, at once, and closes each when nobody uses it any more. */
  drop(wanted: (part: string, entry: Entry) => boolean): Promise<void>;
}

function entryCache(failed: (error: unknown) => void): EntryCache {
  const entries = new Map<string, Entry>();
  return {
    entries,
    putLast: (part, entry) => {
      entries.delete(part);
      entries.set(part, entry);
    },
    forget: (part, entry) => {
      if (entries.get(part) === entry) entries.delete(part);
    },
    drop: async (wanted) => {
      const dropped = [...entries].filter(([part, entry]) => wanted(part, entry));
      for (const [part] of dropped) entries.delete(part);
      await Promise.all(dropped.map(([, entry]) => entry.release().catch(failed)));
    },
  };
}

interface Entry {
  pins: number;
  /** Used since the last look for idle ones. */
  touched: boolean;
  /** It could not be opened. */
  broken: boolean;
  pinned<Value>(action: (file: OpenPart) => Promise<Value>): Promise<Value>;
  /** Closes it when nobody uses it any more. */
  release(): Promise<void>;
}

function makeEntry(opening: Promise<OpenPart>, calls: FileCalls): Entry {
  let unpinned: (() => void) | undefined;
  const entry: Entry = {
    pins: 0,
    touched: true,
    broken: false,
    async pinned(action) {
      entry.pins++;
      entry.touched = true;
      try {
        const file = await opening.catch((error: unknown) => {
          entry.broken = true;
          throw error;
        });
        return await action(file);
      } finally {
        entry.pins--;
        if (entry.pins === 0) unpinned?.();
      }
    },
    async release() {
      if (entry.pins > 0) await new Promise<void>((resolve) => (unpinned = resolve));
      if (!entry.broken) await calls.close((await opening).descriptor);
    },
  };
  return entry;
}
