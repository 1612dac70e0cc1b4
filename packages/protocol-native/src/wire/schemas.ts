import { parseDigest } from "@stowage/core/http";
import { z } from "zod";

/** The last instant of the year 9999, in milliseconds since 1970. */
const lastInstantMs = 253_402_300_799_999;
const mostMetadata = 64;
const mediaType = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(;[\u0020-\u007e]*)?$/;

const path = z.string().min(1).max(4096).describe("absolute, / between names");
const instant = z.int().min(0).max(lastInstantMs).describe("milliseconds since 1970");
const limit = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, "a whole number from 1")
  .transform(Number)
  .describe("most items of the page");

/** Bytes of a digest, by algorithm. */
const digestLengths = { crc32: 4, crc32c: 4, crc64nvme: 8, md5: 16, sha1: 20, sha256: 32, sha512: 64 } as const;

/** Digests are compared as text, so only the one right spelling of base64 is taken. */
export const checksum = z
  .strictObject({
    algorithm: z.enum(["crc32", "crc32c", "crc64nvme", "md5", "sha1", "sha256", "sha512"]),
    value: z.base64().max(88).describe("base64 of the digest, the most significant byte of a CRC first"),
  })
  .refine(
    ({ algorithm, value }) => parseDigest(value, digestLengths[algorithm]) === value,
    "not a digest of this algorithm",
  );

/** `POST /sessions`. */
export const createBody = z.strictObject({
  id: z
    .string()
    .regex(/^[\w-]{22,64}$/, "22 to 64 letters, digits, _ and -")
    .optional()
    .describe("made by the client, unguessable: the same request with the same id makes one session"),
  path,
  size: z.int().min(0).describe("bytes"),
  contentType: z.string().max(255).regex(mediaType, "a media type").optional(),
  policy: z.string().min(1).max(255).optional().describe("id of a storage policy; else the routing rules choose"),
  modifiedAt: instant.optional(),
  metadata: z
    .record(z.string().regex(/^[\w.:-]{1,128}$/, "1 to 128 letters, digits and _.:-"), z.string().max(4096))
    .refine((given) => Object.keys(given).length <= mostMetadata, `at most ${mostMetadata} entries`)
    .optional(),
  checksum: checksum.optional().describe("of the whole file; checked at completion"),
  onConflict: z.enum(["refuse", "replace"]).optional().describe("what a file at the path means; default: refuse"),
});

/** `POST /sessions/{id}/grant`. */
export const grantBody = z.strictObject({
  start: z.int().min(0).describe("index of the first chunk"),
  end: z.int().min(1).describe("index after the last chunk"),
});

/** `GET /sessions`. */
export const sessionsQuery = z.strictObject({
  state: z.enum(["opening", "open", "completing", "completed", "aborting", "aborted"]).optional(),
  after: z.string().max(255).optional().describe("next of the page before"),
  limit: limit.optional(),
});

/** `GET /files`. */
export const filesQuery = z.strictObject({
  folder: path.default("/"),
  after: z.string().min(1).max(255).optional().describe("next of the page before"),
  limit: limit.optional(),
});

/** What names one file: its path, or its id. */
export const fileQuery = z
  .strictObject({ path: path.optional(), id: z.string().min(1).max(255).optional() })
  .refine(({ path: given, id }) => (given === undefined) !== (id === undefined), "one of path and id is needed");

/** `GET /files/content`. */
export const contentQuery = z
  .strictObject({
    path: path.optional(),
    id: z.string().min(1).max(255).optional(),
    inline: z.enum(["0", "1"]).optional().describe("1: to be shown rather than saved"),
  })
  .refine(({ path: given, id }) => (given === undefined) !== (id === undefined), "one of path and id is needed");
