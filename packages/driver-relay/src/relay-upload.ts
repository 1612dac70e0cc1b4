import { createHash } from "node:crypto";
import type { ChunkSink, Json, Runtime, StorageDriver, UploadTarget } from "@stowage/core";
import { type Cell, cellAt } from "./grid/grid.js";
import { innerTarget } from "./grid/inner-target.js";
import { parseHandle, type RelayHandle } from "./handle.js";
import type { RelaySettings } from "./options.js";
import type { Shelf } from "./spool/spool.js";
import type { EpochHere, UploadHere, UploadsHere } from "./uploads-here.js";

/** What all uploads share. */
export interface RelayContext {
  readonly inner: StorageDriver;
  readonly settings: RelaySettings;
  readonly runtime: Runtime;
  readonly uploads: UploadsHere;
}

/** What all calls of one upload share. */
export interface RelayUpload {
  readonly context: RelayContext;
  readonly handle: RelayHandle;
  readonly target: UploadTarget;
  readonly shelf: Shelf;
  readonly here: UploadHere;
  /** Of the handle. */
  readonly epoch: EpochHere;
}

/** No I/O. @throws {UploadError} `BACKEND_LOST_UPLOAD` for a handle that is none of ours */
export function relayUpload(context: RelayContext, stored: Json, target: UploadTarget): RelayUpload {
  const handle = parseHandle(stored);
  const here = context.uploads.of(uploadName(target));
  return { context, handle, target, shelf: shelfOf(context, target), here, epoch: here.epoch(handle.epoch) };
}

/** Found with any handle, and with none. */
export function shelfOf({ settings }: RelayContext, target: UploadTarget): Shelf {
  return settings.spool.shelf(uploadName(target), target.expiresAt);
}

/** Name of an upload in the spool and in this process: safe on any file system, whatever the ids look like. */
export function uploadName({ sessionId, key }: Pick<UploadTarget, "sessionId" | "key">): string {
  return hexName(`${sessionId}\n${key}`);
}

/** 128 bits of SHA-256 in hexadecimal digits. */
export function hexName(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

/** The cell that holds a byte. @throws {UploadError} `OBJECT_TOO_LARGE` */
export function cellOf({ handle, target }: Pick<RelayUpload, "handle" | "target">, offset: number): Cell {
  return cellAt(handle.grid, target.size, offset);
}

/** Where the parts go. */
export function innerSink({ context, handle, target }: RelayUpload): ChunkSink {
  return context.inner.sink(handle.inner, innerTarget(target, handle.grid));
}

/** Whether parts go to the inner backend one after the other. */
export function isInOrder({ inner }: RelayContext): boolean {
  return inner.capabilities.ordering.kind === "sequential";
}
