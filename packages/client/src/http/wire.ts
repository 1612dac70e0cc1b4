/** A checksum as the server tells it; `value` is base64. */
export interface Checksum {
  readonly algorithm: string;
  readonly value: string;
}

/** A file as the server tells it. Instants are milliseconds since 1970. */
export interface FileInfo {
  readonly id: string;
  readonly path: string;
  readonly version: string;
  readonly size: number;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly modifiedAt: number;
}

/** Half-open. */
export interface IndexRange {
  readonly start: number;
  readonly end: number;
}

/** A session as the server tells it; what we made has a size and chunks. */
export interface SessionInfo {
  readonly id: string;
  readonly state: "opening" | "open" | "completing" | "completed" | "aborting" | "aborted";
  readonly path: string;
  readonly size: number;
  /** Bytes that are stored; of a direct upload, as the backend says. */
  readonly received: number;
  readonly chunkSize: number;
  readonly chunkCount: number;
  readonly parallel: number;
  readonly transfer: "through" | "direct" | "mixed";
  readonly missing?: readonly IndexRange[];
  readonly checksum?: Checksum;
  readonly file?: FileInfo;
}

/** A request that a backend accepts as it is, for some time. */
export interface SignedRequest {
  readonly method: "PUT" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expiresAt: number;
}

/** How to send chunks to the backend itself. */
export type Grant =
  | { readonly kind: "parts"; readonly requests: readonly SignedRequest[] }
  | { readonly kind: "ranges"; readonly request: SignedRequest }
  | { readonly kind: "form"; readonly request: SignedRequest; readonly fields: Readonly<Record<string, string>> };
