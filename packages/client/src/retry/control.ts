import type { UploadFailure } from "../failure.js";
import type { UploadState } from "../options.js";
import { platform } from "../platform.js";
import { makePatience } from "./patience.js";
import type { Patience } from "./patience.js";

/** The switch of one upload: what is in flight hangs on its signal, what waits on its `ready`. */
export interface Control {
  readonly state: UploadState;
  /** Aborted by a pause, an interruption and the end; another one is there afterwards. */
  readonly signal: AbortSignal;
  /** Grows with every interruption. */
  readonly round: number;
  pause(): void;
  resume(): void;
  /** Cuts what is on its way, so that the upload can begin anew. */
  interrupt(): void;
  /** For good; only the first one counts. */
  end(failure: UploadFailure | null): void;
  /** Waits as long as it is paused. @throws {UploadFailure} what it ended with */
  ready(): Promise<void>;
  /** Wakes up early when the network is back, and when `signal` is aborted. */
  sleep(ms: number): Promise<void>;
  /** Of all its attempts together. Begins anew after a pause. */
  readonly patience: Patience;
}

/** Running. */
export function makeControl(): Control {
  let state: UploadState = "running";
  let current = new AbortController();
  let round = 0;
  let ended: UploadFailure | null = null;
  let resumed = Promise.resolve();
  let wake = (): void => {};
  const patience = makePatience();
  const cut = (): void => {
    current.abort();
    current = new AbortController();
  };
  const proceed = (next: UploadState): void => {
    state = next;
    patience.reset();
    wake();
  };
  return {
    get state() {
      return state;
    },
    get signal() {
      return current.signal;
    },
    get round() {
      return round;
    },
    pause: () => {
      if (state !== "running") return;
      state = "paused";
      resumed = new Promise((resolve) => (wake = resolve));
      cut();
    },
    resume: () => {
      if (state === "paused") proceed("running");
    },
    interrupt: () => {
      round += 1;
      cut();
    },
    end: (failure) => {
      if (state === "ended") return;
      ended = failure;
      proceed("ended");
      cut();
    },
    ready: async () => {
      while (state === "paused") await resumed;
      if (ended !== null) throw ended;
    },
    // This signal is never aborted yet: whoever aborts one makes the next.
    sleep: (ms) => sleepUntil(ms, current.signal),
    patience,
  };
}

function sleepUntil(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      platform.removeEventListener?.("online", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
    // Node's global object is no event target.
    platform.addEventListener?.("online", done);
  });
}
