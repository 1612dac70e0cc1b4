import type { ByteSource } from "../bytes.js";
import type { CallOptions } from "../runtime.js";
import type { Caller, Files, Uploads } from "../uploads.js";

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
  /** Address of the other end of the connection; `null` where the platform does not tell. */
  readonly peer: string | null;
  /** Cuts the connection without an answer. */
  cut(): void;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | ByteSource;
}

/** Who asks, and the door to the engine. The server settled `caller` before the front-end sees the request. */
export interface Access {
  /** `null`: nobody that the server knows. */
  readonly caller: Caller | null;
  /** For `caller`, or for whom a signature of the front-end's own proves (a signed URL, a node's credential). */
  as(caller: Caller): Uploads & Files;
}

/**
 * Settles who asks, before a front-end sees the request; `null`: nobody that it knows. Must not read the body, and
 * answers a wrong credential with `null`, as it does a missing one.
 */
export type Identify = (exchange: HttpExchange) => Caller | null | Promise<Caller | null>;

/** A front-end, mounted under a prefix. */
export interface Protocol {
  readonly name: string;
  /** A path of its own as logs and spans may show it. Absent: as it is, for no segment is a secret. */
  readonly logPath?: (path: string) => string;
  /** `exchange.url` is whole, `prefix` the part of its path that the front-end is mounted under ("" for the root). */
  handle(exchange: HttpExchange, access: Access, options: ProtocolOptions): Promise<HttpAnswer>;
}

export interface ProtocolOptions extends CallOptions {
  readonly prefix: string;
}
