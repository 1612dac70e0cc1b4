import type { UploadFailure } from "../failure.js";
import type { UploadState } from "../options.js";
import { platform } from "../platform.js";

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
  /** Something worked: patience begins anew. */
  succeeded(): void;
  /** Milliseconds since something worked. */
  readonly fruitless: number;
}

/** Running. */
export function makeControl(): Control {
  let state: UploadState = "running";
  let current = new AbortController();
  let round = 0;
  let ended: UploadFailure | null = null;
  let resumed = Promise.resolve();
  let wake = (): void => {};
  let successAt = Date.now();
  const cut = (): void => {
    current.abort();
    current = new AbortController();
  };
  const proceed = (next: UploadState): void => {
    state = next;
    successAt = Date.now();
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
    get fruitless() {
      // Not known in Node; a browser without a network waits for it without limit.
      if (platform.navigator?.onLine === false) successAt = Date.now();
      return Date.now() - successAt;
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
    sleep: (ms) => sleepUntil(ms, current.signal),
    succeeded: () => {
      successAt = Date.now();
    },
  };
}

function sleepUntil(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
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
