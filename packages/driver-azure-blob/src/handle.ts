import { type Json, UploadError } from "@stowage/core";
import { z } from "zod";
import { driverName } from "./errors.js";

const handleSchema = z.strictObject({ version: z.literal(1), mark: z.string().min(1) });

/** What survives a restart. */
export interface AzureHandle {
  readonly version: 1;
  /** Metadata of the object to be, by which it is known as this upload's; a hash of it is in the ids of its blocks. */
  readonly mark: string;
}

/** @throws {UploadError} `BACKEND_LOST_UPLOAD` for what is no handle of ours */
export function parseHandle(stored: Json): AzureHandle {
  const { data } = handleSchema.safeParse(stored);
  if (data !== undefined) return data;
  throw new UploadError("BACKEND_LOST_UPLOAD", "the handle is none of this driver", { driver: driverName });
}

/** As the engine stores it. */
export function toJson({ version, mark }: AzureHandle): Json {
  return { version, mark };
}
