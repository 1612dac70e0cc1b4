import { z } from "zod";
import { ownPath } from "../own-path.js";
import { secret } from "../secret.js";

export const metricsSchema = z
  .union([
    z.enum(["off"]),
    z.strictObject({
      path: ownPath.prefault("/metrics").meta({ description: "Where Prometheus finds them." }),
      allow: z
        .union([
          z.enum(["loopback", "everybody"]),
          z.strictObject({
            token: secret.meta({ description: "Whoever shows it as a bearer token; at least 32 characters." }),
          }),
        ])
        .prefault("loopback")
        .meta({
          description: "Who may read them. `loopback`: whoever asks on this machine, by no proxy that is seen.",
        }),
    }),
  ])
  .optional()
  .meta({
    description:
      "Metrics for Prometheus, or `off`. Default: as `{ allow: loopback }` where whoever sits at this machine may upload without a token, else `off`.",
  });

/** Where metrics are and for whom. */
export type MetricsSettings = Exclude<NonNullable<z.output<typeof metricsSchema>>, "off">;
