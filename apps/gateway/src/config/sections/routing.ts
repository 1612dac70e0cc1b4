import { z } from "zod";
import { name } from "../name.js";
import { count, size } from "../quantities.js";

const when = z
  .strictObject({
    owners: z.array(name).min(1).optional().meta({ description: "Uploads of one of these." }),
    groups: z.array(name).min(1).optional().meta({ description: "Uploads of whoever is in one of these." }),
    path: z
      .string()
      .regex(/^\//, "does not begin with /")
      .optional()
      .meta({ description: "Files in this folder, at any depth." }),
    contentType: z
      .string()
      .regex(/^(\*\/\*|[\w.+-]+\/(\*|[\w.+-]+))$/, "not a media type, as in image/png or video/*")
      .optional()
      .meta({ description: "Files of this media type, as the client gives it." }),
    minSize: size().optional().meta({ description: "Files of at least this size." }),
    maxSize: size().optional().meta({ description: "Files of at most this size." }),
  })
  .refine(({ minSize = 0, maxSize = Infinity }) => minSize <= maxSize, { path: ["minSize"], error: "above maxSize" });

export const routingSchema = z
  .array(
    z.strictObject({
      when: when.prefault({}),
      use: z
        .union([
          z.string(),
          z.record(z.string(), count(0, 1_000_000)).refine(hasWeight, "no policy has a weight above 0"),
        ])
        .meta({ description: "A policy, or several with weights: each gets its share of the uploads." }),
    }),
  )
  .prefault([]);

/** One rule as the file gives it. */
export type RuleSettings = z.output<typeof routingSchema>[number];

function hasWeight(weights: Readonly<Record<string, number>>): boolean {
  return Object.values(weights).some((weight) => weight > 0);
}
