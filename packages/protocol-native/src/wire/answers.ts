import { z } from "zod";

const instant = z.int().describe("milliseconds since 1970");

const checksum = z.object({ algorithm: z.string(), value: z.string().describe("base64") });

const indexRange = z.object({ start: z.int(), end: z.int() }).describe("half-open");

/** A file or folder. */
export const fileInfo = z.object({
  id: z.string().describe("stays when the content is replaced"),
  path: z.string(),
  kind: z.enum(["file", "folder"]),
  version: z.string().describe("changes whenever the content does; the ETag of a download"),
  size: z.int().describe("bytes; 0 for a folder"),
  contentType: z.string(),
  checksum: checksum.optional(),
  metadata: z.record(z.string(), z.string()),
  createdAt: instant,
  modifiedAt: instant,
});
/** A file or folder as clients see it. */
export type FileInfo = z.output<typeof fileInfo>;

/** An upload session. */
export const sessionInfo = z.object({
  id: z.string(),
  state: z.enum(["opening", "open", "completing", "completed", "aborting", "aborted"]),
  path: z.string().nullable().describe("null: no file is made of it"),
  size: z.int().nullable().describe("bytes; null: not known yet"),
  received: z.int().describe("bytes that are stored; of a direct upload, those that came through the server"),
  chunkSize: z.int().nullable().describe("bytes of each chunk but the last; null: another front-end's, without chunks"),
  chunkCount: z.int().nullable().describe("1 for an empty file"),
  parallel: z.int().describe("most chunks at a time; 1: in order"),
  transfer: z.enum(["through", "direct", "mixed"]).describe("direct: ask for grants"),
  policy: z.string(),
  protocol: z.string().describe("the front-end that made it; native is this one"),
  createdAt: instant,
  expiresAt: instant.describe("milliseconds since 1970; moves later with every chunk, up to a cap"),
  missing: z.array(indexRange).optional().describe("chunks that still have to come, by index; the first 1000 ranges"),
  checksum: checksum.optional().describe("of the finished object, where the storage tells one"),
  file: fileInfo.optional().describe("of a completed session, as long as it is the current version"),
  error: z
    .object({
      reason: z.enum(["client", "expired", "operator", "failed"]),
      code: z.string().optional().describe("of the failure that ended it"),
    })
    .optional()
    .describe("of an aborted session"),
});
/** An upload session as clients see it. */
export type SessionInfo = z.output<typeof sessionInfo>;

/** `GET /sessions`. */
export const sessionsPage = z.object({
  sessions: z.array(sessionInfo),
  next: z.string().optional().describe("for after; absent: the last page"),
});
/** One page of sessions, in the order of ids. */
export type SessionsPage = z.output<typeof sessionsPage>;

/** `PUT /sessions/{id}/chunks/{index}`. */
export const written = z.object({
  received: z.int().describe("bytes of the session that are stored"),
  completed: z.boolean().describe("the upload is finished: this was the last chunk that was missing"),
  checksum: checksum.optional(),
});
/** What a chunk came to. */
export type WrittenAnswer = z.output<typeof written>;

const signedRequest = z.object({
  method: z.enum(["PUT", "POST"]),
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  expiresAt: instant,
});
const completion = z.object({ by: z.enum(["server", "backend"]) }).describe("backend: the last byte completes there");

/** `POST /sessions/{id}/grant`: how to send chunks to the backend itself. A bearer secret. */
export const grantAnswer = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("parts"),
    completion,
    requests: z.array(signedRequest).describe("one for each chunk that was asked for, in order"),
  }),
  z.object({
    kind: z.literal("ranges"),
    completion,
    request: signedRequest.describe("takes Content-Range slices in order"),
  }),
  z.object({
    kind: z.literal("form"),
    completion,
    request: signedRequest.describe("takes one multipart/form-data body: the fields, then file"),
    fields: z.record(z.string(), z.string()),
  }),
]);
/** A grant as clients see it. */
export type GrantAnswer = z.output<typeof grantAnswer>;

/** `GET /files`. */
export const filesPage = z.object({
  folder: z.string(),
  files: z.array(fileInfo),
  next: z.string().optional().describe("for after; absent: the last page"),
});
/** One page of a folder, in the order of names. */
export type FilesPage = z.output<typeof filesPage>;

/** `GET /usage`, in bytes. */
export const usageAnswer = z.object({
  reserved: z.int().describe("of unfinished uploads"),
  stored: z.int(),
  limit: z.int().nullable().describe("null: none"),
});
/** Bytes used and allowed. */
export type UsageAnswer = z.output<typeof usageAnswer>;

const rule = z.enum(["allow", "deny"]);
const nameRules = z.object({
  extensions: z.object({ kind: rule, list: z.array(z.string()) }).optional(),
  pattern: z.object({ kind: rule, regexp: z.string() }).optional(),
});

/** `GET /policies`. */
export const policiesAnswer = z.object({
  policies: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      transfer: z.enum(["through", "direct"]),
      chunkSize: z.int().describe("bytes, as configured; a session's may differ. 0: one chunk"),
      parallel: z.int(),
      maxSize: z.int().nullable().describe("bytes; null: no limit"),
      names: nameRules.describe("which names are taken"),
    }),
  ),
});
/** The storage policies that the caller may use, in the order of configuration. */
export type PoliciesAnswer = z.output<typeof policiesAnswer>;
