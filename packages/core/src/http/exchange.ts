import type { ByteSource } from "../bytes.js";
import type { CallOptions } from "../runtime.js";
import type { Files, Uploads } from "../uploads.js";

/**
 * A request as a front-end sees it: neither Node's type nor fetch's. `@stowage/server` makes it from
 * `node:http`, HTTP/2 and `Request`; a test makes it by hand. (A body read through `Request.body` costs
 * 1.4 times the CPU, and has neither 104 nor trailers.)
 */
export interface HttpExchange {
  readonly method: string;
  readonly url: URL;
  /** Lower-case name; repeated fields joined by a comma. */
  header(name: string): string | undefined;
  readonly body: ByteSource;
  trailers(): Promise<ReadonlyMap<string, string>>;
  /** An informational response; absent where the platform cannot. */
  inform?(status: number, headers: Readonly<Record<string, string>>): void;
  /** Cuts the connection without an answer. */
  cut(): void;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | ByteSource;
}

/** A front-end, mounted under a prefix. Who the caller is was settled before, by the server. */
export interface Protocol {
  readonly name: string;
  handle(exchange: HttpExchange, uploads: Uploads & Files, options: CallOptions): Promise<HttpAnswer>;
}
