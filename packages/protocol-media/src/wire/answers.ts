import { z } from "zod";

/** `ChunkMedia`: what a chunk is answered with. */
export const chunkMedia = z.object({
  upload_id: z.string(),
  offset: z.string().describe("where the next chunk starts, in bytes; the total once all have come"),
  expires: z.string().describe("when the upload is given up; ISO 8601, later with every chunk, up to a cap"),
});
/** What a chunk is answered with. */
export type ChunkMedia = z.output<typeof chunkMedia>;

/** `Media`: a finished upload. */
export const mediaInfo = z.object({
  id: z.string().describe("stays when the file is renamed; another than that of the upload"),
  type: z.enum(["image", "document"]),
  content_type: z.string().describe("by the bytes, whatever the client said"),
  size: z.int().describe("bytes"),
  name: z.string(),
  path: z.string().describe("in its owner's files"),
  created_at: z.string().describe("ISO 8601"),
  checksum: z
    .object({ algorithm: z.string(), value: z.string().describe("base64") })
    .optional()
    .describe("of the stored bytes, where the storage tells one"),
});
/** A finished upload. */
export type MediaInfo = z.output<typeof mediaInfo>;

/** What a file part is called, and so what the upload becomes. */
export type MediaKind = MediaInfo["type"];
/** Every kind. */
export const mediaKinds: readonly MediaKind[] = mediaInfo.shape.type.options;
