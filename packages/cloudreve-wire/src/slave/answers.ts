import { z } from "zod";

/** `POST /slave/ping`, where a node of Cloudreve answers nothing. */
export const slavePong = z.object({
  version: z.string(),
  now: z.int().meta({ description: "The node's clock, in milliseconds since 1970" }),
  is_full: z.boolean().meta({ description: "New uploads should go elsewhere" }),
  free: z.int().min(0).nullable().meta({ description: "Bytes; null where nobody can tell" }),
});

/** What a node says about itself. */
export type SlavePong = z.output<typeof slavePong>;

const range = z.tuple([z.int(), z.int()]);

/** `GET /slave/upload/{sessionId}`, which Cloudreve does not have. */
export const slaveStatus = z.object({
  session_id: z.string(),
  state: z.enum(["opening", "open", "completing", "completed", "aborting", "aborted"]),
  size: z.int(),
  chunk_size: z.int().meta({ description: "0: one chunk" }),
  received: z.int().meta({ description: "Bytes that are safe" }),
  missing: z.array(range).meta({ description: "Indexes of chunks, half-open ranges; none once it has ended" }),
  expires: z.int().meta({ description: "Milliseconds since 1970" }),
  object: z
    .object({ size: z.int(), crc32: z.string().nullable().meta({ description: "Base64, of the whole object" }) })
    .nullable()
    .meta({ description: "Of a completed upload" }),
});

/** What a node has of an upload. */
export type SlaveStatus = z.output<typeof slaveStatus>;

/** One file or folder in the answer to `GET /slave/file/list`, with Cloudreve's names. */
export const slaveListed = z.object({
  Name: z.string(),
  /** As `SavePath`. */
  Source: z.string(),
  /** Below what was asked for. */
  RelativePath: z.string(),
  Size: z.int(),
  IsDir: z.boolean(),
  /** RFC 3339. */
  LastModify: z.string(),
});

/** One file or folder in the answer to `GET /slave/file/list`; `Size` in bytes. */
export type SlaveListed = z.output<typeof slaveListed>;

/** One fact in the answer to `GET /slave/file/meta`, with Cloudreve's names. */
export const slaveFact = z.object({ Key: z.string(), Value: z.string(), Type: z.string() });

/** What a node tells of one property of a file. */
export type SlaveFact = z.output<typeof slaveFact>;

/** `data` of `DELETE /slave/file` that failed in part (code 203): the paths that are still there. */
export const slaveUndeleted = z.array(z.string());

/** `data` of `POST /slave/upload/{sessionId}/complete`, which Cloudreve does not have. */
export const slaveCompleted = slaveStatus.shape.object.unwrap();

/** A header field of Cloudreve's with chunks that a master sends itself: "true" or "false", and signed. */
export const masterField = "x-cr-overwrite";

/** A header field of ours on failures: the core's own code, which says more than Cloudreve's number. */
export const causeField = "stowage-code";

/** A header field of ours on a node's content: CRC32 of the whole object in base64, where the node knows it. */
export const crcField = "stowage-crc32";
