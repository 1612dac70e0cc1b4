import type { CallOptions, EpochMs } from "../runtime.js";
import type { WriteOptions } from "../uploads.js";
import type { Extent } from "./address.js";
import type { Handover } from "./complete.js";
import type { EngineContext } from "./context.js";
import type { Meter } from "./meter.js";

/** What the session has come to with the last receipt of a write. */
export interface Progress {
  readonly received: number;
  readonly expiresAt: EpochMs;
  /** That receipt made the session `completing`, and this is for whoever completes it; `null`: it did not. */
  readonly handover: Handover | null;
}

/** One request's bytes on their way in. */
export interface WriteJob {
  readonly context: EngineContext;
  readonly id: string;
  readonly extent: Extent;
  readonly meter: Meter;
  /** End of the whole body's extent; a gap that is filled may end before. */
  readonly bodyEnd: number;
  readonly options: CallOptions & WriteOptions;
}
