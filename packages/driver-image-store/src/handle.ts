import { UploadError } from "@stowage/core";
import type { Json, UploadTarget } from "@stowage/core";
import { driverName } from "./errors.js";

/** What is stored with a session. */
export interface UploadHandle {
  readonly v: 1;
  /** GUID of the upload session at the image store. */
  readonly session: string;
}

/** The handle of an upload: made from its target, so that a handle which was lost is found again. */
export async function uploadHandle(target: UploadTarget): Promise<Json> {
  return { v: 1, session: await sessionGuid(target) };
}

/** A GUID (RFC 9562, version 8) that no other upload has, also none to the same key. */
export async function sessionGuid({ sessionId, key }: Pick<UploadTarget, "sessionId" | "key">): Promise<string> {
  const text = new TextEncoder().encode(JSON.stringify([sessionId, key]));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", text)).slice(0, 16);
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Reads a stored handle. @throws {UploadError} `BACKEND_LOST_UPLOAD` */
export function parseHandle(handle: Json): UploadHandle {
  if (typeof handle === "object" && handle !== null && "v" in handle && "session" in handle) {
    const { v, session } = handle;
    if (v === 1 && typeof session === "string" && /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(session))
      return { v, session };
  }
  throw new UploadError("BACKEND_LOST_UPLOAD", "the handle is not one of this driver", { driver: driverName });
}
