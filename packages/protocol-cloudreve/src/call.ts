import type { CallOptions, Caller, Files, Runtime, Uploads } from "@stowage/core";
import type { HttpExchange } from "@stowage/core/http";
import type { UrlSigner } from "./files/url-signer.js";
import type { Settings } from "./options.js";
import type { DerivedKeys } from "./session/derived-keys.js";
import type { Failure } from "./wire/envelope.js";

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
  /** What a client hears of an error; the log hears the rest. For verbs with an answer of their own to failures. */
  readonly explain: (error: unknown) => Failure;
}

/** A request of somebody that the server knows. */
export interface OwnCall extends Call {
  readonly caller: Caller;
  /** `null`: the operator. */
  readonly owner: string | null;
  readonly engine: Uploads & Files;
}

/** A request that its URL proves, by a signature or a secret; nobody needs to be known. The engine acts as the operator. */
export interface SignedCall extends Call {
  readonly engine: Uploads & Files;
  /** The engine for whom the URL speaks. */
  readonly as: (caller: Caller) => Uploads & Files;
}
