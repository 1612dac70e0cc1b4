/** A file of this machine on its way to a server. */
export interface LocalFile {
  /** On this machine. */
  readonly source: string;
  /** For people: as it was asked for, or its path within the folder that was asked for. */
  readonly name: string;
  /** At the server, absolute. */
  readonly target: string;
  /** Bytes, when it was looked at. */
  readonly size: number;
}
