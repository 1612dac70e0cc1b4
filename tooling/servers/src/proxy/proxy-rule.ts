/** What goes wrong with some of the requests that pass. */
export interface ProxyRule {
  /** Absent: any. */
  readonly method?: string;
  /** Text that the path with its query contains; absent: any. */
  readonly contains?: string;
  /** Which of those requests, counted from 1; absent: each, as far as `chance` says. */
  readonly requests?: readonly number[];
  /** From 0 to 1, drawn from the proxy's seed for every such request; 1 when absent. */
  readonly chance?: number;
  readonly effect: ProxyEffect;
}

/** Bytes are those of a body. A connection that is reset sends no answer. */
export type ProxyEffect =
  /** Both connections are reset when that much of the request has gone through. */
  | { readonly kind: "reset"; readonly bytes: number }
  /** The server gets all and acts, and its whole answer is thrown away: the client's connection is reset. */
  | { readonly kind: "drop-answer" }
  /** So much of the answer comes, and then a reset. */
  | { readonly kind: "truncate-answer"; readonly bytes: number }
  /** Nothing passes for so long, and then everything. */
  | { readonly kind: "delay"; readonly ms: number }
  /** At most so many bytes a second in each direction. */
  | { readonly kind: "throttle"; readonly bytesPerSecond: number }
  /** The proxy answers itself, as S3 does when it has too much to do; the server sees nothing. */
  | { readonly kind: "answer"; readonly status: number; readonly code: string; readonly retryAfterSeconds?: number };

/** What the proxy did to a request. */
export interface ProxyEvent {
  /** Of all that came, from 1. */
  readonly request: number;
  readonly method: string;
  /** Without its query, where signatures are. */
  readonly path: string;
  readonly effect: ProxyEffect["kind"];
}
