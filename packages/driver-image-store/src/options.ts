import { z } from "zod";

const mebibyte = 1024 * 1024;
/** Fields that the driver sets, or that say how the body is framed. */
const ownFields = /^(content-.*|transfer-encoding|host|connection|stowage-.*)$/i;

/** Options of `imageStore`, validated when the driver is made; the README's table says the same. */
export const imageStoreOptionsSchema = z.strictObject({
  endpoint: z
    .url({ protocol: /^https?$/, error: "not an http or https URL" })
    .refine((url) => !/[?#]|\/\/[^/]*@/.test(url), "without query, fragment and user")
    .meta({ description: "Where the image store is, with its path: `https://cluster.example:19080/ImageStore`." }),
  folder: z
    .string()
    .default("")
    .refine((path) => path === "" || path.split("/").every(isName), "a relative path of names, / between them")
    .meta({ description: "Folder of the image store that objects go to; the root by default." }),
  token: z
    .string()
    .min(1)
    .regex(/^[\u0021-\u007e]+$/, "holds what a header field cannot")
    .optional()
    .meta({ description: "Sent as `Authorization: Bearer …`." }),
  headers: z
    .record(
      z
        .string()
        .regex(/^[\w!#$%&'*+.^`|~-]+$/, "not a field name")
        .refine((name) => !ownFields.test(name), "set by the driver"),
      z.string().regex(/^[\u0020-\u007e]*$/, "holds what a header field cannot"),
    )
    .default({})
    .meta({ description: "Fields that every request carries: credentials of another kind, a cluster id." }),
  apiVersion: z
    .string()
    .regex(/^\d{1,3}\.\d{1,3}$/, "not a version like 6.0")
    .default("6.0")
    .meta({ description: "`api-version` of every request." }),
  timeout: z.int().min(1).max(4_294_967_295).default(3_600).meta({
    description: "Seconds that the server may take for one request; a chunk takes as long as its sender does.",
  }),
  maxChunk: z
    .int()
    .min(1)
    .max(1024 * mebibyte)
    .default(64 * mebibyte)
    .meta({ description: "Most bytes of one chunk." }),
  parallel: z.int().min(1).max(64).default(8).meta({ description: "Most chunks of one upload at a time." }),
});

/** What a caller gives; all but `endpoint` have defaults. */
export type ImageStoreOptions = z.input<typeof imageStoreOptionsSchema>;

/** Options with their defaults filled in. */
export type ImageStoreSettings = z.output<typeof imageStoreOptionsSchema>;

function isName(name: string): boolean {
  return !/^\.{0,2}$|[\\\p{Cc}\p{Surrogate}]/u.test(name);
}
