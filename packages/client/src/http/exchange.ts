import type { SourceBytes } from "../source-bytes.js";

/** Bytes of a body, whichever way the platform takes them. */
export type Body = SourceBytes | Uint8Array<ArrayBuffer> | FormData;

/** One request. */
export interface Outgoing {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Body | string | undefined;
  readonly signal: AbortSignal;
  /** Bytes of the body that have gone out; called only where the platform tells. */
  readonly onSent?: (bytes: number) => void;
}

/** One answer, read to its end. */
export interface Answer {
  readonly status: number;
  /** `null`: not there, or kept from this page (CORS). */
  readonly header: (name: string) => string | null;
  readonly text: string;
}

/** Sends a request and reads its answer. Rejects where there is none. */
export type Send = (request: Outgoing) => Promise<Answer>;
