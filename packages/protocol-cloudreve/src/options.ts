import { UploadError } from "@stowage/core";
import { z } from "zod";
import type { Accounts } from "./session/accounts.js";

const signingKey = z.string().min(32, "at least 32 characters");
const accounts = z.custom<Accounts>(areAccounts, "needs signIn, findByOwner, hasEmail, revoke and isRevoked");
/** The web client refreshes a token that lives no longer than this: one that never does is refreshed at each request. */
const refreshMarginMs = 600_000;

/** Options of `cloudreve`, with their defaults. */
export const optionsSchema = z
  .strictObject({
    /**
     * As long as you like, secret, the same in every process and after a restart. The keys of signed URLs, of callbacks and
     * of each kind of token are derived from it.
     */
    signingKey,
    /** Who may sign in with a password. Absent: nobody, and the server alone settles who calls. */
    accounts: accounts.optional(),
    /** How long an access token lives, in milliseconds; over ten minutes, as clients refresh it before that. */
    accessTtlMs: z
      .int()
      .gt(refreshMarginMs, "over 600000: clients refresh a token that has ten minutes left")
      .default(3600 * 1000),
    /** How long a client may stay away before its user has to sign in again, in milliseconds. */
    refreshTtlMs: z.int().default(14 * 24 * 3600 * 1000),
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
  })
  .refine(({ accessTtlMs, refreshTtlMs }) => refreshTtlMs > accessTtlMs, {
    path: ["refreshTtlMs"],
    message: "over accessTtlMs",
  });

/** What a composer writes: all but `signingKey` have defaults. */
export type CloudreveOptions = z.input<typeof optionsSchema>;

/** Options with their defaults in place. */
export type Settings = z.output<typeof optionsSchema>;

/** Options of `cloudreveTokens`. */
export const tokenOptionsSchema = z.strictObject({
  /** The one of `cloudreve`. */
  signingKey,
  /** Those of `cloudreve`. */
  accounts,
});

/** What `cloudreveTokens` takes: the signing key and the accounts of the `cloudreve` that makes the tokens. */
export type CloudreveTokenOptions = z.input<typeof tokenOptionsSchema>;

/**
 * Options as their schema has them.
 *
 * @throws {UploadError} `OPTIONS_INVALID` naming each mistake, and no value
 */
export function parseOptions<Schema extends z.ZodType>(schema: Schema, options: z.input<Schema>): z.output<Schema> {
  const result = schema.safeParse(options);
  if (result.success) return result.data;
  const issues = result.error.issues.map(
    ({ path, message }) => `${path.map(String).join(".") || "options"}: ${message}`,
  );
  throw new UploadError("OPTIONS_INVALID", `cloudreve: ${issues.join("; ")}`, { driver: "cloudreve", issues });
}

function areAccounts(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const given = value as Partial<Record<keyof Accounts, unknown>>;
  const verbs = [given.signIn, given.findByOwner, given.hasEmail, given.revoke, given.isRevoked];
  return verbs.every((verb) => typeof verb === "function");
}
