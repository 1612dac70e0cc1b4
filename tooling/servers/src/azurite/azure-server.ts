import type { StorageServer } from "../storage-server.js";

/** A server that speaks Azure's Blob service, with a container made for the test. */
export interface AzureServer extends StorageServer {
  /** Has the account in its path: `http://127.0.0.1:PORT/devstoreaccount1`. */
  readonly serviceUrl: string;
  readonly account: string;
  /** Base64. */
  readonly accountKey: string;
  readonly connectionString: string;
  /** Exists and is empty. */
  readonly container: string;
  readonly pid: number;
  /** Bytes that the server's process may read, for tests that look at what it keeps. */
  readonly folder: string;
  /** Lets pages of these origins send and read; takes the place of all rules before. */
  allowOrigins(origins: readonly string[]): Promise<void>;
}
