import { z } from "zod";
import { longestPath } from "./longest-path.js";

/** `POST /slave/ping`. */
export const slavePingBody = z.object({
  callback: z.string().max(2048).nullish().meta({ description: "URL of the master's site; empty: it is not asked" }),
});

/** `DELETE /slave/file`. */
export const slaveRemoveBody = z.object({ files: z.array(z.string().min(1).max(longestPath)).max(10_000) });

/** Query of `GET /slave/file/list`. */
export const slaveListQuery = z.object({
  path: z.string().max(longestPath).default(""),
  recursive: z.enum(["true", "false", "1", "0", ""]).default("false"),
});
