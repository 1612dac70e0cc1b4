/** Stored bytes. They stay readable while somebody reads, also when their object or part is gone. */
export interface Content {
  readonly size: number;
  /** Half-open. */
  read(start: number, end: number): AsyncIterable<Uint8Array>;
  /** Whoever holds them needs them no more; called once. */
  release(): Promise<void>;
}
