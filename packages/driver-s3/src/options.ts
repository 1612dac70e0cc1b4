import { z } from "zod";
import { isKey } from "./keys.js";
import { presets, type PresetName } from "./presets.js";

const presetNames = Object.keys(presets) as [PresetName, ...PresetName[]];
const httpUrl = z.url({ protocol: /^https?$/, hostname: /./ });

/** Options of `s3`, validated when the driver is made; the README's table says the same. */
export const s3OptionsSchema = z.strictObject({
  bucket: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/, "is no bucket's name")
    .meta({ description: "Name of the bucket, which may have other things in it, too." }),
  region: z.string().min(1).default("us-east-1").meta({
    description: "Region that signatures name; `auto` for R2.",
  }),
  endpoint: httpUrl.optional().meta({
    description: "Where the store answers, `https://host[:port]`. Without it: Amazon's endpoint of the region.",
  }),
  preset: z.enum(presetNames).optional().meta({
    description: "What kind of store it is. Without it: `aws` where there is no endpoint, else `generic`.",
  }),
  credentials: z
    .strictObject({
      accessKeyId: z.string().min(1),
      secretAccessKey: z.string().min(1),
      sessionToken: z.string().min(1).optional(),
    })
    .optional()
    .meta({
      description:
        "Keys of an account. Without them: the provider chain of Amazon's SDK (environment, profiles, web identity, instance role).",
    }),
  prefix: z
    .string()
    .refine((prefix) => prefix === "" || isKey(`${prefix}x`), "is no prefix of a key")
    .default("")
    .meta({ description: "Precedes every key: `uploads/`. Two drivers in one bucket need prefixes of their own." }),
  addressing: z.enum(["host", "path"]).optional().meta({
    description: "Where the bucket's name goes, if it is not where the preset has it.",
  }),
  part: z
    .strictObject({
      minSize: z.int().min(1).optional(),
      maxSize: z.int().min(1).optional(),
      maxCount: z.int().min(1).max(10_000).optional(),
    })
    .default({})
    .meta({ description: "The store's limits of parts, in bytes and number, where they are not the preset's." }),
  directEndpoint: httpUrl.optional().meta({
    description: "Where clients reach the store, if not at `endpoint`: signed URLs lead there.",
  }),
  origins: z.array(z.url()).default([]).meta({
    description: "Origins of pages that upload directly; `check` proves that the bucket lets them.",
  }),
});

/** What a caller gives; all but `bucket` have defaults. */
export type S3Options = z.input<typeof s3OptionsSchema>;

/** Options with their defaults filled in. */
export type S3Settings = z.output<typeof s3OptionsSchema>;
