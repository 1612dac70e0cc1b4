import type { ByteSource, CallOptions, Files, Uploads } from "@stowage/core";
import type { HttpExchange } from "@stowage/core/http";
import type { Settings } from "./options.js";
import type { KnownSessions } from "./sessions/known-sessions.js";

/** One request of somebody that the server knows, as a verb gets it. */
export interface Call {
  readonly settings: Settings;
  readonly known: KnownSessions;
  readonly exchange: HttpExchange;
  /** Ends with an error at the deadline; `exchange.body` does not. */
  readonly body: ByteSource;
  /** A path of the catalog; `/` also where the route names none. */
  readonly path: string;
  readonly options: CallOptions;
  /** `null`: the operator. */
  readonly owner: string | null;
  readonly engine: Uploads & Files;
}
