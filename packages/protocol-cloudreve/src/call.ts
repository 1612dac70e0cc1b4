import type { CallOptions, Files, Runtime, Uploads } from "@stowage/core";
import type { HttpExchange } from "@stowage/core/http";
import type { UrlSigner } from "./files/url-signer.js";
import type { Settings } from "./options.js";

/** What all requests share. */
export interface Site {
  readonly settings: Settings;
  readonly signer: UrlSigner;
  readonly clock: Runtime["clock"];
}

/** One request, as a verb gets it. */
export interface Call extends Site {
  readonly exchange: HttpExchange;
  /** Where the front-end is mounted. */
  readonly prefix: string;
  /** Decoded parts of the path that the route names, in order. */
  readonly parts: readonly string[];
  readonly options: CallOptions;
}

/** A request of somebody that the server knows. */
export interface OwnCall extends Call {
  /** `null`: the operator. */
  readonly owner: string | null;
  readonly engine: Uploads & Files;
}

/** A request that a signature in its URL proves; nobody needs to be known. The engine acts as the operator. */
export interface SignedCall extends Call {
  readonly engine: Files;
}
