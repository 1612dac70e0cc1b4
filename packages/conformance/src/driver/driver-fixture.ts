import type { StorageDriver } from "@stowage/core";

/** A driver over a backend that a case may fill, and the ways around it. */
export interface DriverFixture {
  readonly driver: StorageDriver;
  /** The same backend from another process: a driver that shares nothing with the first but the backend. */
  newInstance?(): StorageDriver;
  /** The object at a key, read without the driver; `null` where there is none. */
  readBack(key: string): Promise<Uint8Array | null>;
  /** Names of all that is at the backend, or on our side of it, and is no object: open uploads, part files, spools. */
  leftovers?(): Promise<readonly string[]>;
  /** Credentials that the driver was given: no error may tell them. */
  readonly secrets?: readonly string[];
  close?(): Promise<void>;
}
