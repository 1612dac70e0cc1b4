import type { CallOptions, Caller, Files, Runtime, Uploads } from "@stowage/core";
import type { HttpExchange } from "@stowage/core/http";
import type { UrlSigner } from "./files/url-signer.js";
import type { Settings } from "./options.js";
import type { DerivedKeys } from "./session/derived-keys.js";

/** What all requests share. */
export interface Site extends Pick<Runtime, "clock" | "newId"> {
  readonly settings: Settings;
  readonly signer: UrlSigner;
  readonly keys: DerivedKeys;
}

/** One request, as a verb gets it. */
export interface Call extends Site {
  readonly exchange: HttpExchange;
  /** Where the front-end is mounted. */
  readonly prefix: string;
  /** Decoded parts of the path that the route names, in order. */
  readonly parts: readonly string[];
  /** `null`: nobody that the server knows. */
  readonly caller: Caller | null;
  readonly options: CallOptions;
}

/** A request of somebody that the server knows. */
export interface OwnCall extends Call {
  readonly caller: Caller;
  /** `null`: the operator. */
  readonly owner: string | null;
  readonly engine: Uploads & Files;
}

/** A request that a signature in its URL proves; nobody needs to be known. The engine acts as the operator. */
export interface SignedCall extends Call {
  readonly engine: Files;
}
