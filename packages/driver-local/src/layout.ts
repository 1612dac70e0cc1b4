import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import type { UploadTarget } from "@stowage/core";

/** The folders of a root. All but `objects` are empty while no upload is open. */
export interface Layout {
  readonly root: string;
  /** `objects/<key>`: published, whole. */
  readonly objects: string;
  /** `parts/<upload>`: the part file of an upload that was never fenced. */
  readonly parts: string;
  /** `fenced/<upload>/<generation>`: copies that fences made; the folder is there while it is needed. */
  readonly fenced: string;
  /** `reserved/<key's hash>`: who publishes a key now, on file systems without hard links. */
  readonly reserved: string;
}

/** Relative roots are resolved here, once: a later change of the working directory changes nothing. */
export function layoutOf(root: string): Layout {
  const whole = resolve(root);
  return {
    root: whole,
    objects: join(whole, "objects"),
    parts: join(whole, "parts"),
    fenced: join(whole, "fenced"),
    reserved: join(whole, "reserved"),
  };
}

/** Name of an upload's files: found again without a handle, and safe on any file system whatever the ids look like. */
export function uploadIdOf({ sessionId, key }: Pick<UploadTarget, "sessionId" | "key">): string {
  return nameFor(`${sessionId}\n${key}`);
}

/** 128 bits of SHA-256 in hexadecimal digits: no case to fold, nothing to escape. */
export function nameFor(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

/** `part` as in a handle: `<upload>`, or `<upload>/<generation>` after a fence. */
export function partPath(layout: Layout, part: string): string {
  return part.includes("/") ? join(layout.fenced, part) : join(layout.parts, part);
}

/** The upload that a part belongs to. */
export function uploadOf(part: string): string {
  return part.split("/", 1)[0] ?? part;
}
