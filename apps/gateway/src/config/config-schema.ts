import { z } from "zod";
import { corsSchema } from "./sections/cors.js";
import { docsSchema } from "./sections/docs.js";
import { identitySchema } from "./sections/identity.js";
import { limitsSchema } from "./sections/limits.js";
import { listenSchema } from "./sections/listen.js";
import { metricsSchema } from "./sections/metrics.js";
import { nodesSchema, ownNodeSchema, roleSchema } from "./sections/nodes.js";
import { mountSchema } from "./sections/mount.js";
import { groupsSchema, usersSchema } from "./sections/people.js";
import { policiesSchema } from "./sections/policies.js";
import { routingSchema } from "./sections/routing.js";

/** Levels of the log, as pino spells them. */
export const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

/** One of `logLevels`. */
export type LogLevel = (typeof logLevels)[number];

/**
 * The file's own grammar, after variables. Names that point elsewhere in it (policies, groups, drivers, front-ends) and the
 * options of drivers and front-ends are checked beside it, so that one mistake does not hide another.
 */
export const configSchema = z.strictObject({
  $schema: z.string().optional().meta({ description: "For editors; not read." }),
  role: roleSchema,
  listen: listenSchema,
  data: z
    .string()
    .regex(/^[^\0]+$/, "not a folder")
    .prefault(".stowage")
    .meta({
      description:
        "Folder of the database, the accounts and the signing key, relative to the working directory. `--data` and `STOWAGE_DATA` win.",
    }),
  log: z
    .enum(logLevels)
    .prefault("warn")
    .meta({ description: "Level of the JSON lines on stderr; `info` has one for each request. `STOWAGE_LOG` wins." }),
  node: ownNodeSchema,
  nodes: nodesSchema,
  policies: policiesSchema,
  routing: routingSchema,
  mount: mountSchema,
  identity: identitySchema,
  users: usersSchema,
  groups: groupsSchema,
  limits: limitsSchema,
  cors: corsSchema,
  metrics: metricsSchema,
  docs: docsSchema,
});

/** A configuration as a program reads it: bytes, milliseconds, and defaults in place. */
export type GatewayConfig = z.output<typeof configSchema>;
