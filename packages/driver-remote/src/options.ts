import { z } from "zod";

/** Signatures cover whole paths, so nothing may stand before `/api/v4`. */
const origin = z
  .url({ protocol: /^https?$/, error: "not an http or https URL" })
  .refine((url) => /^https?:\/\/[^/?#@]+\/?$/.test(url), "more than scheme and host, as in https://node.example");

/** Options of `remote`, validated when the driver is made; the README's table says the same. */
export const remoteOptionsSchema = z.strictObject({
  url: origin.meta({ description: "Where the node answers: `https://node.example`, without `/api/v4/slave`." }),
  key: z
    .string()
    .min(32, "shorter than 32 characters")
    .meta({ description: "The key that the node has too: 32 characters or more, random." }),
  directUrl: origin.optional().meta({
    description: "Where clients reach the node, if not at `url`: what is granted to them leads there.",
  }),
  siteUrl: origin.optional().meta({
    description:
      "Where the node reaches this site, without `/api/v4`: callbacks go there, whatever host a client asked.",
  }),
  timeoutMs: z.int().min(100).max(3_600_000).default(10_000).meta({
    description: "How long the node may take for an answer to anything but a chunk or a completion.",
  }),
});

/** What a caller gives; `url` and `key` have no defaults. */
export type RemoteOptions = z.input<typeof remoteOptionsSchema>;

/** Options with their defaults filled in. */
export type RemoteSettings = z.output<typeof remoteOptionsSchema>;
