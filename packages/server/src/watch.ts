/** A request that goes to a front-end, or to nobody. */
export interface DoorRequest {
  readonly requestId: string;
  readonly method: string;
  /** Without the query, which may hold a signature. */
  readonly path: string;
  /** Where its front-end is mounted; `null`: nothing is mounted there. */
  readonly prefix: string | null;
  /** `Protocol.name`. */
  readonly protocol: string | null;
  /** Lower-case name. */
  readonly header: (name: string) => string | undefined;
}

/** Follows one request. */
export interface RequestWatch {
  /** Runs the front-end, in a context of its own where there is one (a span). What it returns must be what `work` returns. */
  readonly within?: <Value>(work: () => Promise<Value>) => Promise<Value>;
  /** Said once, after the last byte of the answer. */
  readonly end: (report: SentReport) => void;
}

/** What went over the wire. */
export interface SentReport {
  /** The status that went out, which a source that broke early may have changed. */
  readonly status: number;
  /** Body bytes of the request that were read. */
  readonly received: number;
  /** Body bytes of the answer. */
  readonly sent: number;
  /** `false`: the client went away, or the source broke, before all of the answer was out. */
  readonly whole: boolean;
}

/** Nobody looks. */
export const unwatched = (): RequestWatch => ({ end: () => {} });
