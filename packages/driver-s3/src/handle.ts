import { type Json, UploadError } from "@stowage/core";
import { z } from "zod";
import { driverName } from "./errors.js";

const handleSchema = z.strictObject({
  version: z.literal(1),
  uploadId: z.string().min(1).nullable(),
  mark: z.string().min(1),
  crc32: z.boolean(),
  generation: z.int().min(0),
});

/** What survives a restart. */
export interface S3Handle {
  readonly version: 1;
  /** The store's name for the upload; `null` for an empty object, which has no parts and is put at completion. */
  readonly uploadId: string | null;
  /** Metadata of the object to be, by which it is known as this upload's. */
  readonly mark: string;
  /** Begun with a CRC-32 of the full object, whatever the preset says by now. */
  readonly crc32: boolean;
  /** How often writers were fenced out. From 1 on, chunks are kept aside. */
  readonly generation: number;
}

/** @throws {UploadError} `BACKEND_LOST_UPLOAD` for what is no handle of ours */
export function parseHandle(stored: Json): S3Handle {
  const { data } = handleSchema.safeParse(stored);
  if (data !== undefined) return data;
  throw new UploadError("BACKEND_LOST_UPLOAD", "the handle is none of this driver", { driver: driverName });
}

/** As the engine stores it. */
export function toJson({ version, uploadId, mark, crc32, generation }: S3Handle): Json {
  return { version, uploadId, mark, crc32, generation };
}
