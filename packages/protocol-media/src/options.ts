import { checkPath, nameOf } from "@stowage/core/catalog";
import { z } from "zod";
import { placeholders } from "./media/media-path.js";
import { defaultDocumentTypes, defaultImageTypes } from "./type/default-types.js";

const mebibyte = 1024 * 1024;
const mediaType = z.string().regex(/^[a-z]+\/[\w.+-]+$/, "not a media type in lower case");

/** Options of `media`, with their defaults. Sizes in bytes. */
export const optionsSchema = z.strictObject({
  /** Title of the OpenAPI document. */
  title: z.string().min(1).default("Stowage media"),
  /** Most bytes of an image. The API's "5M" is read as 5 MiB: whoever meant 5,000,000 keeps within it. */
  maxImage: z
    .int()
    .min(1)
    .default(5 * mebibyte),
  /** Most bytes of a document. */
  maxDocument: z
    .int()
    .min(1)
    .default(50 * mebibyte),
  /** Most bytes of a chunk. Chunks wait in memory for the end of their form, so 1 MiB is the most. */
  maxChunk: z.int().min(1).max(mebibyte).default(204_800),
  /** Media types that the bytes of an image may turn out to have, as `file-type` names them. */
  imageTypes: z
    .array(mediaType)
    .min(1)
    .default([...defaultImageTypes]),
  /** The same for documents; `text/plain` stands for UTF-8 text, which has no signature. */
  documentTypes: z
    .array(mediaType)
    .min(1)
    .default([...defaultDocumentTypes]),
  /** Where a finished upload appears in its owner's files: `{id} {name} {ext} {kind}`, the last name telling uploads apart. */
  path: z
    .string()
    .refine(
      isPathTemplate,
      "not an absolute path of {id}, {name}, {ext} and {kind}, with {id} or {name} in its last name",
    )
    .default("/media/{id}.{ext}"),
  /** Id of the storage policy that takes all uploads. Absent: the routing rules choose. */
  policy: z.string().min(1).optional(),
});

/** What a composer writes: everything has a default. */
export type MediaOptions = z.input<typeof optionsSchema>;

/** Options with their defaults in place. */
export type Settings = z.output<typeof optionsSchema>;

function isPathTemplate(template: string): boolean {
  if (!/\{(id|name)\}/.test(nameOf(template))) return false;
  const plain = template.replaceAll(placeholders, "x");
  if (/[{}]/.test(plain)) return false;
  try {
    checkPath(plain);
    return true;
  } catch {
    return false;
  }
}
