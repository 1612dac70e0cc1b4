import type { Json, UploadTarget } from "@stowage/core";
import { lostUpload } from "./errors.js";
import { uploadIdOf } from "./layout.js";

/** What is stored with a session. The target may change (a late size); this does not but by a fence. */
export interface PartHandle {
  readonly v: 1;
  /** `<upload>`, or `<upload>/<generation>` after a fence. */
  readonly part: string;
  /** The part that this one is a copy of; it may go once this handle is used, as it is stored then. */
  readonly replaces?: string;
  /** Identities of all files that this part is the last copy of, its own last: receipts name them. */
  readonly files?: readonly string[];
}

const partName = /^[0-9a-f]{32}(?:\/[0-9a-f]{32})?$/;

/** The handle of an upload that has no bytes yet. */
export function newHandle(target: UploadTarget): PartHandle {
  return { v: 1, part: uploadIdOf(target) };
}

/** As plain JSON, without absent members. */
export function toJson({ v, part, replaces, files }: PartHandle): Json {
  return { v, part, ...(replaces === undefined ? {} : { replaces }), ...(files === undefined ? {} : { files }) };
}

/**
 * Reads a stored handle. It names files, so anything that is not exactly ours is refused.
 *
 * @throws {UploadError} `BACKEND_LOST_UPLOAD`
 */
export function parseHandle(handle: Json): PartHandle {
  if (typeof handle !== "object" || handle === null || Array.isArray(handle)) throw unreadable();
  const { v, part, replaces, files } = handle as { readonly [name: string]: Json | undefined };
  if (v !== 1 || !isPart(part)) throw unreadable();
  if (replaces !== undefined && !isPart(replaces)) throw unreadable();
  if (files !== undefined && !areFiles(files)) throw unreadable();
  return { v, part, ...(replaces === undefined ? {} : { replaces }), ...(files === undefined ? {} : { files }) };
}

function isPart(value: Json | undefined): value is string {
  return typeof value === "string" && partName.test(value);
}

function areFiles(value: Json): value is readonly string[] {
  return Array.isArray(value) && value.every((file) => typeof file === "string" && /^\d+(?:\.-?\d+)?$/.test(file));
}

function unreadable(): Error {
  return lostUpload("the handle is not one of this driver");
}
