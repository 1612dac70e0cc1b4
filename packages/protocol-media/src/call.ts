import type { CallOptions, Files, Runtime, Uploads } from "@stowage/core";
import type { HttpExchange } from "@stowage/core/http";
import type { HoldBytes } from "./form/hold-bytes.js";
import type { Settings } from "./options.js";

/** One request of somebody that the server knows, as a verb gets it. */
export interface Call {
  readonly settings: Settings;
  readonly exchange: HttpExchange;
  /** Decoded part of the path that the route names; empty where it names none. */
  readonly id: string;
  readonly options: CallOptions;
  readonly engine: Uploads & Files;
  readonly runtime: Pick<Runtime, "clock" | "newId" | "digest">;
  readonly hold: HoldBytes;
}
