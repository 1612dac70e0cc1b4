import { completeRuntime } from "@stowage/core";
import type { Runtime } from "@stowage/core";
import type { FrontDoor } from "../front-door.js";
import { idleWatch } from "./idle-watch.js";
import type { Serving } from "./serve-request.js";

/** What a handler and a server have in common. */
export interface ServingOptions {
  readonly door: FrontDoor;
  /** Scheme and host that clients use (`https://files.example`), where a proxy in front hides them. Default: of the request. */
  readonly publicOrigin?: string;
  /** A client that sends no byte of a body, or takes none of an answer, for so long is cut off. Default 60 s. */
  readonly idleMs?: number;
  /** How much of a body that is not wanted is read, so that the client sees the answer. Default 64 MiB and 5 s. */
  readonly discard?: { readonly bytes?: number; readonly ms?: number };
  readonly runtime?: Partial<Pick<Runtime, "clock">>;
}

/** What all requests share, but for how it ends. */
export function servingOf(options: ServingOptions, end: Pick<Serving, "signal" | "isDraining">): Serving {
  const { clock } = completeRuntime(options.runtime);
  const { bytes = 64 * 1024 * 1024, ms = 5_000 } = options.discard ?? {};
  return {
    door: options.door,
    clock,
    idle: idleWatch(clock, options.idleMs ?? 60_000),
    discard: { bytes, ms },
    live: new Set(),
    busy: new Set(),
    ...end,
    ...(options.publicOrigin === undefined ? {} : { publicOrigin: options.publicOrigin }),
  };
}
