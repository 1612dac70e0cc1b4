/** As much of a `Blob` as an upload needs. */
export interface SourceBytes {
  readonly size: number;
  /** Media type; empty: not known. */
  readonly type: string;
  /** Half-open, and never beyond the end. */
  slice(start: number, end: number): SourceBytes;
  arrayBuffer(): Promise<ArrayBuffer>;
  stream(): ReadableStream<Uint8Array>;
}
