import { cloudreve } from "@stowage/protocol-cloudreve";
import { z } from "zod";
import { flag, duration, size } from "../config/quantities.js";
import { frontEnd } from "./front-end.js";

const options = z.strictObject({
  title: z.string().min(1).prefault("Stowage").meta({ description: "Name of the site, as clients show it." }),
  version: z
    .string()
    .regex(/^4\.\d+\.\d+$/, "not a version like 4.14.0")
    .prefault("4.14.0")
    .meta({ description: "The Cloudreve version that `site/ping` tells." }),
  baseUrl: z
    .url({ protocol: /^https?$/, error: "not an http or https URL" })
    .optional()
    .meta({ description: "Where clients reach this mount, with its prefix. Default: as the request came." }),
  accessTtl: duration()
    .prefault("1h")
    .meta({ description: "How long one signs in for; over ten minutes, as clients renew it before that." }),
  refreshTtl: duration()
    .prefault("14d")
    .meta({ description: "How long a client may stay away before its user signs in again; over `accessTtl`." }),
  urlTtl: duration(1000).prefault("1h").meta({ description: "How long a download URL lives." }),
  maxContentSize: size().prefault("50 MiB").meta({ description: "Most bytes of a file that comes in one request." }),
  clientChoosesPolicy: flag()
    .prefault(false)
    .meta({ description: "Whether a client may name the policy. Else the routing rules alone decide." }),
});

/** The Cloudreve v4 API; its clients expect it at `/api/v4`. */
export const cloudreveFrontEnd = frontEnd(options, (settings, { runtime, signingKey, accounts }) => {
  const { baseUrl, accessTtl, refreshTtl, urlTtl, ...rest } = settings;
  const lives = { accessTtlMs: accessTtl, refreshTtlMs: refreshTtl, urlTtlMs: urlTtl };
  return cloudreve({ ...rest, ...lives, signingKey, accounts, ...(baseUrl === undefined ? {} : { baseUrl }) }, runtime);
});
