export { bytes, fromBytes, fromStream } from "./body.js";
export { byteBudget } from "./byte-budget.js";
export type { ByteRange, ByteSource, Checksum, ChecksumAlgorithm } from "./bytes.js";
export type { Catalog, CatalogEntry } from "./catalog-entry.js";
export { combineChecksums, combineCrc32 } from "./checksum/combine.js";
export { portableDigest } from "./checksum/digest.js";
export { completeRuntime, silentLogger, systemClock } from "./default-runtime.js";
export { exactBody } from "./exact-body.js";
export { defineDriver } from "./define-driver.js";
export type { DriverFactory } from "./define-driver.js";
export type {
  DirectCompletion,
  DirectGrant,
  DirectRecipe,
  DirectUploads,
  GrantRequest,
  IndexRange,
  SignedRequest,
  VendorCallback,
} from "./direct.js";
export type {
  CheckFinding,
  Chunk,
  ChunkSink,
  DriverCapabilities,
  DriverLayer,
  ObjectAccess,
  Ordering,
  Probed,
  Receipt,
  StorageDriver,
} from "./driver.js";
export type { StoredObject, UploadTarget } from "./target.js";
export { isUploadError, UploadError } from "./errors.js";
export type { ErrorCode, ErrorDetails, RetryAdvice } from "./errors.js";
export type { UploadEvent, UploadHooks } from "./events.js";
export { chunkAt, chunkIndexAt, planChunks } from "./plan-chunks.js";
export type { ChunkPlan, PartLimits } from "./plan.js";
export type { NameRules, PolicyView, RoutingRule, StoragePolicy } from "./policy.js";
export { put } from "./put.js";
export type { ByteBudget, CallOptions, Clock, Digest, EpochMs, HttpClient, Json, Logger, Runtime } from "./runtime.js";
export type { Schema, SchemaResult } from "./schema.js";
export type {
  AbortCause,
  AbortReason,
  EntryDraft,
  SessionCore,
  SessionState,
  SessionView,
  UploadSession,
} from "./session.js";
export type {
  Claimed,
  SessionFilter,
  SessionSnapshot,
  SessionStore,
  Settled,
  SettleOptions,
  WriteClaim,
} from "./store.js";
export type { ObjectRef } from "./object-ref.js";
export type {
  Caller,
  CreateUpload,
  Engine,
  Files,
  SweepReport,
  Uploads,
  UploadStatus,
  WriteOptions,
  Written,
} from "./uploads.js";
export { writeBehind } from "./write-behind.js";
