import type { S3Operation } from "../http/operation.js";

/** What goes wrong with the calls that a rule names. It can go through JSON. */
export interface S3Fault {
  /** Absent: any. */
  readonly operation?: S3Operation;
  /** Keys that begin with it; absent: any. */
  readonly keyPrefix?: string;
  /** Which of those calls, counted from 1 since the rule was made; absent: each. */
  readonly calls?: readonly number[];
  readonly effect: S3FaultEffect;
}

/** What happens instead of, or around, the right answer. */
export type S3FaultEffect =
  /** An error, and nothing was done. `retryAfterSeconds` becomes `Retry-After`. */
  | { readonly kind: "error"; readonly status: number; readonly code: string; readonly retryAfterSeconds?: number }
  /** The connection is reset: before anything was read, in the middle of the body, or after all was done. */
  | { readonly kind: "reset"; readonly when: "before" | "after" }
  | { readonly kind: "reset"; readonly when: "amid"; readonly bytes: number }
  /** Done; of the answer's body only that many bytes come, then the connection is reset. */
  | { readonly kind: "truncate"; readonly bytes: number }
  /** Later than usual: before it acts, or after. */
  | { readonly kind: "delay"; readonly ms: number; readonly when: "before" | "after" }
  /** 200 at once, blanks, and then the right document (an error's too); S3 does so with long completions and copies. */
  | { readonly kind: "slow-200"; readonly ms: number }
  /** 200 at once, and then the document of an error; nothing was done. */
  | { readonly kind: "error-in-200"; readonly code: string; readonly ms?: number };
