import type { Account } from "./client/uploads.js";
import type { ServerProcess } from "./server-process.js";

/** What a case works on: one server for all cases of an adapter, so each uses paths of its own. */
export interface Site extends Account {
  readonly server: ServerProcess;
  /** Where the server keeps its files. */
  readonly folder: string;
}

/** One promise that every adapter keeps. Throws where it does not. */
export interface ServerCase {
  readonly name: string;
  readonly run: (site: Site) => Promise<void>;
}
