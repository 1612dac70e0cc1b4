import type { ByteSource, EpochMs, Runtime } from "@stowage/core";
import type { BucketAddress, Signer } from "@stowage/s3-wire";
import type { Control } from "./control/control.js";
import type { S3Settings } from "./options.js";
import type { Preset } from "./presets.js";
import type { SpareBuffers } from "@stowage/core/node";

/** What the verbs of one driver share. */
export interface S3Context {
  readonly settings: S3Settings;
  readonly preset: Preset;
  readonly runtime: Runtime;
  readonly control: Control;
  /** Where we reach the bucket. */
  readonly address: BucketAddress;
  /** Where clients reach it. */
  readonly directAddress: BucketAddress;
  /** The signer for now: temporary keys change. @throws {UploadError} `BACKEND_DENIED` */
  signing(): Promise<Signing>;
  readonly spares: SpareBuffers;
  /** Sources that this driver made: another driver's keys mean other objects. */
  readonly sources: WeakMap<ByteSource, StoredSource>;
}

/** A signer and how long its keys live. */
export interface Signing {
  readonly signer: Signer;
  /** `null`: for good. */
  readonly until: EpochMs | null;
}

/** An object that a source reads. */
export interface StoredSource {
  readonly key: string;
  readonly size: number;
  readonly etag: string | null;
}
