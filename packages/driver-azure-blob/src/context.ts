import type { ByteSource, Runtime } from "@stowage/core";
import type { Access } from "./access/access.js";
import type { Account } from "./access/account.js";
import type { RecentKeys } from "./direct/recent-keys.js";
import type { AzureBlobSettings } from "./options.js";
import type { Control } from "./wire/control.js";
import type { SpareBuffers } from "@stowage/core/node";

/** What all verbs share. Nothing in it survives a restart. */
export interface AzureContext {
  readonly settings: AzureBlobSettings;
  readonly account: Account;
  readonly runtime: Runtime;
  readonly control: Control;
  readonly access: Access;
  readonly spares: SpareBuffers;
  /** Sources that this driver made: another driver's keys mean other objects. */
  readonly sources: WeakMap<ByteSource, StoredSource>;
  /** Whether the service copies blocks from a blob; `false` once it said that it has no such call. */
  readonly copying: { isKnown: boolean };
  /** Keys of uploads that clients may have sent blocks for. */
  readonly direct: RecentKeys;
}

/** A blob that a source reads. */
export interface StoredSource {
  readonly blob: string;
  readonly etag: string;
}
