import { z } from "zod";

/** Options of `cloudreve`, with their defaults. */
export const optionsSchema = z.strictObject({
  /** Key of the signatures in download URLs: as long as you like, secret, the same in every process and after a restart. */
  signingKey: z.string().min(32, "at least 32 characters"),
  /** The Cloudreve version that `GET /site/ping` tells; the official SDK wants 4.0.0 or later. */
  version: z
    .string()
    .regex(/^4\.\d+\.\d+$/, "a version like 4.14.0")
    .default("4.14.0"),
  /** Name of the site, as clients show it. */
  title: z.string().default("Stowage"),
  /** Where clients reach the mount point, with its prefix: `https://files.example/api/v4`. Absent: as the request came. */
  baseUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** How long a download URL lives, in milliseconds. */
  urlTtlMs: z
    .int()
    .min(1000)
    .default(3600 * 1000),
  /** Most bytes that `PUT /file/content` takes. */
  maxContentSize: z.int().min(0).default(52_428_800),
  /** Whether a client's `policy_id` chooses the policy (as in Cloudreve Pro). Else the routing rules alone do. */
  clientChoosesPolicy: z.boolean().default(false),
});

/** What a composer writes: all but `signingKey` have defaults. */
export type CloudreveOptions = z.input<typeof optionsSchema>;

/** Options with their defaults in place. */
export type Settings = z.output<typeof optionsSchema>;
