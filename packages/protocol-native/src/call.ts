import type { CallOptions, Files, Uploads } from "@stowage/core";
import type { HttpExchange } from "@stowage/core/http";
import type { Settings } from "./options.js";

/** One request of somebody that the server knows, as a verb gets it. */
export interface Call {
  readonly settings: Settings;
  readonly exchange: HttpExchange;
  /** Where the front-end is mounted. */
  readonly prefix: string;
  /** Decoded parts of the path that the route names, in order. */
  readonly parts: readonly string[];
  readonly options: CallOptions;
  /** `null`: the operator. */
  readonly owner: string | null;
  readonly engine: Uploads & Files;
}
