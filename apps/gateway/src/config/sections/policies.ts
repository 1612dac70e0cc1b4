import { z } from "zod";
import { name } from "../name.js";
import { count, duration, size } from "../quantities.js";

/** Of a list that names what is allowed, or what is not. */
function allowOrDeny<Item extends z.ZodType>(item: Item, what: string) {
  return z
    .strictObject({
      allow: item.optional().meta({ description: `${what} that are taken; all others are refused.` }),
      deny: item.optional().meta({ description: `${what} that are refused; all others are taken.` }),
    })
    .refine(({ allow, deny }) => (allow === undefined) !== (deny === undefined), "either allow or deny");
}

const accept = z.strictObject({
  maxSize: size(1).optional().meta({ description: "Largest file. Default: a million chunks, or the driver's limit." }),
  extensions: allowOrDeny(
    z
      .array(
        z
          .string()
          .min(1)
          .regex(/^[^./]+$/, "without dot or slash"),
      )
      .min(1),
    "Extensions",
  ).optional(),
  pattern: allowOrDeny(
    z.string().refine(isPattern, "not a regular expression"),
    "Regular expression of names",
  ).optional(),
});

const calls = z.strictObject({
  attempts: count(1, 100).optional().meta({
    description:
      "How often a call of the driver that failed in passing is made, the first time included, with growing waits. Default: 4, but 1 for `local`.",
  }),
  atOnce: count(1, 100_000).optional().meta({
    description:
      "Calls of the driver that may be on their way at once; the others wait in line. A chunk is one call for as long as its client sends. Default: any number.",
  }),
});

const relay = z.strictObject({
  use: z.enum(["needed", "always", "never"]).prefault("needed").meta({
    description:
      "When chunks are laid on a grid of parts that the driver takes. `needed`: for uploads that it could not take as they come, because their clients cut them or their size is unknown; `always`: for every upload, so not with `transfer: direct`; `never`: what the driver cannot take is refused.",
  }),
  spool: z
    .string()
    .regex(/^[^\0]+$/, "not a folder")
    .optional()
    .meta({
      description:
        "Folder where bytes wait that are no whole part yet. All gateways that serve the policy must reach it. Default: `spool` in the data folder.",
    }),
  durability: z.enum(["process", "disk"]).prefault("process").meta({
    description:
      "What bytes in the spool, and the record that they came, survive once they are acknowledged: the end of the process, or a power loss too.",
  }),
});

const session = z.strictObject({
  ttl: duration().prefault("24h").meta({ description: "An upload that nothing comes to for so long expires." }),
  maxLife: duration()
    .prefault("7d")
    .meta({ description: "An upload expires so long after it was begun, whatever comes; not below `ttl`." }),
  tombstone: duration().prefault("1d").meta({
    description:
      "How long the outcome of an upload is told to whoever asks again; never shorter than the upload would have lived.",
  }),
});

export const policySchema = z.strictObject({
  driver: z.string().meta({ description: "Which driver stores the bytes." }),
  options: z
    .record(z.string(), z.unknown())
    .prefault({})
    .meta({ description: "The driver's own options; see its README." }),
  name: z.string().min(1).optional().meta({ description: "What clients show. Default: the policy's own name." }),
  transfer: z.enum(["through", "direct"]).prefault("through").meta({
    description: "Who carries the bytes: the gateway, or the client straight to the backend where the driver can.",
  }),
  chunks: z
    .strictObject({
      size: size()
        .prefault("8 MiB")
        .meta({ description: "Size of a chunk, moved into the driver's limits; 0: the whole file in one." }),
      parallel: count(1, 1_000)
        .prefault(4)
        .meta({ description: "Chunks of one upload that may come at once, in any order; 1: strictly in order." }),
    })
    .prefault({}),
  accept: accept.prefault({}),
  calls: calls.prefault({}),
  relay: relay.prefault({}),
  key: z
    .string()
    .prefault("{date}/{uuid}")
    .meta({ description: "Template of the object's key; holds `{uuid}` or `{randomkey16}`." }),
  session: session.prefault({}),
});

export const policiesSchema = z
  .record(name, policySchema)
  .refine((policies) => Object.keys(policies).length > 0, "at least one is needed");

function isPattern(text: string): boolean {
  try {
    return text !== "" && new RegExp(text, "u").unicode;
  } catch {
    return false;
  }
}

/** A policy as the file gives it, with defaults. */
export type PolicySettings = z.output<typeof policySchema>;
