import { z } from "zod";
import { policyTypes } from "../direct/policy-type.js";

/** What clients learn of a storage policy. One kind of name rule at most is present of each pair. */
export const storagePolicy = z.object({
  id: z.string(),
  name: z.string(),
  type: z.enum(policyTypes).describe("local: the bytes come through us, whatever the backend is"),
  max_size: z.int().describe("bytes; 0 is no limit"),
  allowed_suffix: z.array(z.string()).optional(),
  denied_suffix: z.array(z.string()).optional(),
  allowed_name_regexp: z.string().optional(),
  denied_name_regexp: z.string().optional(),
  chunk_concurrency: z.int().optional(),
});
/** `data.storage_policy` of several answers. */
export type StoragePolicyAnswer = z.output<typeof storagePolicy>;

/** `data` of `PUT /file/upload`. */
export const sessionCredential = z.object({
  session_id: z.string(),
  upload_id: z.string(),
  upload_urls: z
    .array(z.string())
    .optional()
    .describe("type s3: PUT each chunk to its own, one for an empty file; type remote: POST all to the one, ?chunk=N"),
  credential: z.string().optional().describe("type remote: Authorization of each chunk"),
  completeURL: z.string().optional().describe("type s3: POST the list of parts, then GET callback/s3"),
  chunk_size: z.int().describe("bytes; 0: the whole file in one request, index 0"),
  expires: z.int().describe("seconds since 1970"),
  storage_policy: storagePolicy,
  uri: z.string(),
  callback_secret: z.string(),
  mime_type: z.string().optional(),
});
/** The session credential. */
export type SessionCredential = z.output<typeof sessionCredential>;

/** `data` of `GET /file/upload/{sessionId}`. Ranges are half-open. */
export const uploadStatusAnswer = z.object({
  session_id: z.string(),
  uri: z.string(),
  state: z.enum(["opening", "open", "completing", "completed", "aborting", "aborted"]),
  size: z.int(),
  received: z.int(),
  chunk_size: z.int(),
  chunk_count: z.int(),
  missing: z.array(z.object({ start: z.int(), end: z.int() })).describe("at most 10000, the first ones"),
  missing_chunks: z.array(z.int()).describe("at most 10000, the first ones"),
  more_missing: z.boolean().describe("one of the lists was cut"),
  expires: z.int(),
});
/** What is missing of an upload. */
export type UploadStatusAnswer = z.output<typeof uploadStatusAnswer>;

const instant = z.string().describe("RFC 3339");

/** A file or folder. */
export const fileResponse = z.object({
  type: z.union([z.literal(0), z.literal(1)]).describe("0: file, 1: folder"),
  id: z.string(),
  name: z.string(),
  created_at: instant,
  updated_at: instant,
  size: z.int(),
  metadata: z.record(z.string(), z.string()).nullable(),
  path: z.string(),
  capability: z.string(),
  owned: z.boolean(),
  primary_entity: z.string().optional(),
  extended_info: z
    .object({
      storage_policy: storagePolicy.optional(),
      storage_used: z.int(),
      entities: z.array(
        z.object({
          id: z.string(),
          size: z.int(),
          type: z.literal(0),
          created_at: instant,
          storage_policy: storagePolicy.optional(),
        }),
      ),
    })
    .optional(),
});
/** A file or folder as clients see it. */
export type FileResponse = z.output<typeof fileResponse>;

/** `data` of `GET /file`. */
export const listAnswer = z.object({
  files: z.array(fileResponse),
  parent: fileResponse,
  pagination: z.object({
    page: z.int(),
    page_size: z.int(),
    next_token: z.string().optional(),
    is_cursor: z.literal(true),
  }),
  props: z.object({
    capability: z.string(),
    max_page_size: z.int(),
    order_by_options: z.array(z.string()),
    order_direction_options: z.array(z.string()),
  }),
  context_hint: z.null(),
  mixed_type: z.boolean(),
  single_file_view: z.boolean().optional(),
  storage_policy: storagePolicy,
});
/** One page of a folder. */
export type ListAnswer = z.output<typeof listAnswer>;

/** `data` of `POST /file/url`. */
export const urlAnswer = z.object({ urls: z.array(z.object({ url: z.string() })), expires: instant });
/** Signed URLs, in the order of the URIs. */
export type UrlAnswer = z.output<typeof urlAnswer>;

/** `data` of `GET /user/capacity`, in bytes. */
export const capacityAnswer = z.object({ total: z.int(), used: z.int() });

/** An account, as far as its user may know. */
export const userAnswer = z.object({
  id: z.string(),
  email: z.string().describe("empty: nobody who signs in with a password"),
  nickname: z.string(),
  status: z.literal("active"),
  created_at: instant,
  group: z.object({
    id: z.string(),
    name: z.string(),
    direct_link_batch_size: z.literal(0),
    trash_retention: z.literal(0),
  }),
});
/** `data` of `GET /user/me`. */
export type UserAnswer = z.output<typeof userAnswer>;

/** `data` of `POST /session/token/refresh`. */
export const tokenAnswer = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  access_expires: instant,
  refresh_expires: instant,
});
/** A pair of tokens. */
export type TokenAnswer = z.output<typeof tokenAnswer>;

/** `data` of `POST /session/token`. */
export const signInAnswer = z.object({ user: userAnswer, token: tokenAnswer });
/** Who signed in, and with what to go on. */
export type SignInAnswer = z.output<typeof signInAnswer>;

/** `data` of `GET /session/prepare`. */
export const prepareAnswer = z.object({ webauthn_enabled: z.literal(false), password_enabled: z.literal(true) });
/** How somebody may sign in. */
export type PrepareAnswer = z.output<typeof prepareAnswer>;

/** What every JSON route answers, with its own `data`. */
export function envelope(data: z.ZodType | null): z.ZodType {
  return z.object({
    code: z.int().describe("0: success"),
    msg: z.string(),
    ...(data === null ? {} : { data: data.optional() }),
    aggregated_error: z.record(z.string(), z.unknown()).optional(),
    correlation_id: z.string().optional(),
  });
}
