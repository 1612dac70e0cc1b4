import { z } from "zod";

const longestUri = 16_384;
/** The last instant of the year 9999 in milliseconds: later ones have no RFC 3339 form. */
const lastInstantMs = 253_402_300_799_999;
const mostMetadata = 256;
const metadataKey = /^(sys|dav|thumb|customize|tag|props):[\u0020-\u007e]{1,255}$/;
const mediaType = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(;[\u0020-\u007e]*)?$/;

/** Where `null` means the same as absent, as it does to Cloudreve. */
const absent = <Schema extends z.ZodType>(schema: Schema): z.ZodOptional<z.ZodNullable<Schema>> => schema.nullish();

const uri = z.string().min(1).max(longestUri).describe("cloudreve://my/…, each name percent-encoded");
const uris = z.array(uri).min(1);
const entityId = z.string().max(255);
const metadata = z
  .record(z.string().regex(metadataKey, "a key like customize:name"), z.string().max(65_536))
  .refine((given) => Object.keys(given).length <= mostMetadata, `at most ${mostMetadata} entries`);
const flag = z.enum(["true", "false", "1", "0", ""]).transform((text) => text === "true" || text === "1");
const count = z
  .string()
  .regex(/^\d{1,9}$/, "a whole number")
  .transform(Number);

/** `PUT /file/upload`. */
export const createUploadBody = z.object({
  uri,
  size: absent(z.int().min(0)).describe("bytes; absent is 0"),
  policy_id: absent(z.string().max(255)),
  last_modified: absent(z.int().max(lastInstantMs)).describe("milliseconds since 1970; 0 and less are ignored"),
  mime_type: absent(z.union([z.literal(""), z.string().max(255).regex(mediaType, "a media type")])),
  metadata: absent(metadata),
  entity_type: absent(z.enum(["", "version", "live_photo"])).describe("version replaces the file that is there"),
  encryption_supported: absent(z.array(z.string().max(64)).max(16)),
  previous: absent(entityId).describe("entity that must be current"),
});

/** `DELETE /file/upload`. */
export const cancelUploadBody = z.object({ id: z.string().min(1).max(255), uri });

/** `PUT /file/content`. */
export const putContentQuery = z.object({ uri, previous: entityId.optional() });

/** `GET /file`. Files come in the order of their names, whatever order is asked for. */
export const listQuery = z.object({
  uri,
  page: count.optional(),
  page_size: count.optional(),
  next_page_token: z.string().max(2048).optional(),
  order_by: z.string().max(64).optional(),
  order_direction: z.string().max(64).optional(),
});

/** `GET /file/info`: one of `uri` and `id`. */
export const infoQuery = z
  .object({ uri: uri.optional(), id: z.string().max(255).optional(), extended: flag.optional() })
  .refine(({ uri: given, id }) => (given === undefined) !== (id === undefined), "one of uri and id is needed");

/** Query of `POST /file/upload/remote/{sessionId}/chunk`. */
export const nodeChunkQuery = z.object({ chunk: z.string().regex(/^\d+$/).describe("index, counted from 0") });

/** `POST /file/create`. */
export const createFileBody = z.object({
  uri,
  type: z.enum(["file", "folder"]),
  metadata: absent(metadata),
  err_on_conflict: absent(z.boolean()),
});

/** `POST /file/rename`. */
export const renameBody = z.object({ uri, new_name: z.string().min(1).max(1024) });

/** `DELETE /file`. There is no trash here: what is deleted is gone. */
export const removeBody = z.object({
  uris,
  unlink: absent(z.boolean()),
  skip_soft_delete: absent(z.boolean()),
});

/** `DELETE /file/lock`. */
export const unlockBody = z.object({ tokens: z.array(z.string().min(1).max(255)).min(1) });

/** `POST /file/move`. */
export const moveBody = z.object({ uris, dst: uri.describe("the folder to move into"), copy: absent(z.boolean()) });

const email = z.string().min(1).max(320);

/** `GET /session/prepare`. */
export const prepareQuery = z.object({ email });

/** `POST /session/token`. */
export const signInBody = z.object({
  email,
  password: z.string().min(1).max(1024),
  captcha: absent(z.string()),
  ticket: absent(z.string()),
});

/** `POST /session/token/refresh` and `DELETE /session/token`. */
export const refreshBody = z.object({ refresh_token: z.string() });

/** `POST /file/url`. */
export const urlBody = z.object({
  uris,
  download: absent(z.boolean()),
  redirect: absent(z.boolean()),
  entity: absent(entityId),
  use_primary_site_url: absent(z.boolean()),
  skip_error: absent(z.boolean()),
  archive: absent(z.boolean()),
  no_cache: absent(z.boolean()),
});
