import { setMaxListeners } from "node:events";
import type { Sent } from "./fill/notes.js";
import type { Cell } from "./grid/grid.js";
import { type Turns, turnsOf } from "./turns.js";

/**
 * What this process knows of an upload. Nothing of it is needed: it saves looks at the spool, holds senders back, and
 * keeps late writers out early.
 */
export interface UploadHere {
  /** Complete or given up by this process. */
  ended: boolean;
  /** Ends what runs in the background. */
  readonly stop: AbortController;
  /** Cells whose last way there failed: the next chunk tries them again, and hears of it. */
  readonly failed: Map<number, Cell>;
  /** Settled pieces of cells that are not full, as far as is known here. */
  readonly settled: Map<number, { bytes: number; count: number }>;
  /** Anew for each: who was fenced out may hang, and what it sends may not be known to the new inner handle. */
  epoch(name: string): EpochHere;
  /** Nothing runs in the background, in any epoch. */
  isIdle(): boolean;
  /** Resolves when all has ended that runs in the background now. */
  idle(): Promise<unknown>;
}

/** What goes to one inner handle. */
export interface EpochHere {
  /** Cells that are on their way from the spool to the inner backend. */
  readonly fills: Map<number, Promise<Sent>>;
  /** The inner driver's own limit. */
  readonly turns: Turns;
  /** Where parts go in order. */
  readonly line: Line;
}

/** Parts that go one after the other. */
export interface Line {
  /** Everything before this offset was sent. */
  sent: number;
  /** Settled bytes that may have to wait, roughly. */
  behind: number;
  /** Who sends now, and after whom others wait. */
  tail: Promise<unknown>;
  senders: number;
}

/** By upload. */
export interface UploadsHere {
  of(upload: string): UploadHere;
  /** It begins anew. */
  forget(upload: string): void;
  /** Ends all that runs in the background. */
  close(): Promise<void>;
}

const most = 4_096;

/** `maxParallel`: of the inner driver. Remembers some thousand uploads. */
export function uploadsHere(maxParallel: number): UploadsHere {
  const known = new Map<string, UploadHere>();
  return {
    of: (upload) => {
      const here = known.get(upload) ?? newUpload(maxParallel);
      known.delete(upload);
      known.set(upload, here);
      if (known.size > most) forgetOldest(known);
      return here;
    },
    forget: (upload) => void known.delete(upload),
    close: async () => {
      for (const here of known.values()) here.stop.abort(new Error("the driver is closed"));
      await Promise.all([...known.values()].map((here) => here.idle()));
    },
  };
}

function newUpload(maxParallel: number): UploadHere {
  const stop = new AbortController();
  // Each call of a fill listens to it.
  setMaxListeners(0, stop.signal);
  const epochs = new Map<string, EpochHere>();
  return {
    ended: false,
    stop,
    failed: new Map(),
    settled: new Map(),
    epoch: (name) => {
      const found = epochs.get(name) ?? newEpoch(maxParallel);
      epochs.set(name, found);
      return found;
    },
    isIdle: () => [...epochs.values()].every(({ fills, line }) => fills.size === 0 && line.senders === 0),
    idle: () => Promise.allSettled([...epochs.values()].flatMap(({ fills, line }) => [...fills.values(), line.tail])),
  };
}

function newEpoch(maxParallel: number): EpochHere {
  return {
    fills: new Map(),
    turns: turnsOf(maxParallel),
    line: { sent: 0, behind: 0, tail: Promise.resolve(), senders: 0 },
  };
}

/** Who is at work keeps what it holds; it is only not found any more. */
function forgetOldest(known: Map<string, UploadHere>): void {
  for (const [upload, here] of known) {
    if (!here.isIdle()) continue;
    known.delete(upload);
    return;
  }
}
