import type { NodeSigner } from "@stowage/cloudreve-wire";
import type { CallOptions, Files, Runtime, Uploads } from "@stowage/core";
import type { HttpExchange } from "@stowage/core/http";
import type { CallbackCourier } from "./callbacks/callback-courier.js";
import type { SlaveSettings } from "./options.js";

/** What all requests to a node share. */
export interface SlaveSite extends Pick<Runtime, "clock" | "http"> {
  readonly settings: SlaveSettings;
  readonly signer: NodeSigner;
  readonly courier: CallbackCourier;
}

/** One request that a signature of the master proves, as a verb gets it. */
export interface SlaveCall extends SlaveSite {
  readonly exchange: HttpExchange;
  /** Decoded parts of the path that the route names, in order. */
  readonly parts: readonly string[];
  /** The signed body; empty where no signature covers it. */
  readonly body: string;
  readonly options: CallOptions;
  /** For the owner of the master's files. */
  readonly engine: Uploads & Files;
}
