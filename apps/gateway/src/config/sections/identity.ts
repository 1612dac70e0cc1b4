import { z } from "zod";
import { isLoopback } from "../../identity/loopback.js";
import { name } from "../name.js";
import { secret } from "../secret.js";

const groups = z.array(name).prefault([]);

const anonymous = z
  .union([
    z.enum(["loopback", "off"]),
    z.strictObject({
      owner: name.meta({ description: "Whose files the uploads of whoever is not known become." }),
      groups: groups.meta({ description: "Their groups." }),
      from: z
        .enum(["loopback", "anywhere"])
        .prefault("loopback")
        .meta({ description: "`anywhere`: whoever reaches the gateway may upload and read all that this owner has." }),
    }),
  ])
  .optional()
  .meta({
    description:
      "Those who show no token. `loopback`: whoever sits at this machine is the owner `local`; `off`: nobody. Default: `loopback` where the file names nobody else, else `off`.",
  });

const token = z
  .strictObject({
    token: secret.optional().meta({ description: "At least 32 characters, best from a variable." }),
    tokenSha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/i, "not 64 hexadecimal digits")
      .optional()
      .meta({ description: "SHA-256 of the token in hexadecimal, instead of the token." }),
    owner: name.meta({ description: "Whom the token stands for." }),
    groups: groups.meta({ description: "The groups of whoever shows it." }),
  })
  .refine((given) => (given.token === undefined) !== (given.tokenSha256 === undefined), "either token or tokenSha256");

const jwt = z
  .strictObject({
    secret: secret.optional().meta({ description: "Shared secret of HS256 and its like." }),
    jwks: z
      .url({ protocol: /^https?$/, error: "not an https URL" })
      // What came from elsewhere in clear could be anybody's keys.
      .refine(isSafe, "not an https URL")
      .optional()
      .meta({ description: "Where the issuer publishes its keys; fetched when needed, and kept." }),
    issuer: z.string().min(1).optional().meta({ description: "The `iss` that a token must have; needed with `jwks`." }),
    audience: z
      .string()
      .min(1)
      .optional()
      .meta({ description: "An `aud` that a token must have; needed with `jwks`." }),
    algorithms: z
      .array(
        z.enum([
          "HS256",
          "HS384",
          "HS512",
          "RS256",
          "RS384",
          "RS512",
          "PS256",
          "PS384",
          "PS512",
          "ES256",
          "ES384",
          "ES512",
          "EdDSA",
        ]),
      )
      .min(1)
      .optional()
      .meta({
        description: "Signatures that count. Default: HS256 with `secret`; RS256, ES256 and EdDSA with `jwks`.",
      }),
    owner: z.string().min(1).prefault("sub").meta({ description: "Claim that holds the owner's name." }),
    groups: z.string().min(1).prefault("groups").meta({ description: "Claim that holds a list of groups." }),
  })
  .superRefine((given, context) => {
    for (const message of jwtMistakes(given)) context.addIssue({ code: "custom", ...message });
  });

function isSafe(url: string): boolean {
  return URL.canParse(url) && (url.startsWith("https:") || isLoopback(new URL(url).hostname));
}

function* jwtMistakes(given: {
  readonly secret?: string | undefined;
  readonly jwks?: string | undefined;
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  readonly algorithms?: readonly string[] | undefined;
}): Generator<{ readonly message: string; readonly path?: string[] }> {
  const isShared = given.secret !== undefined;
  if (isShared === (given.jwks !== undefined)) return yield { message: "either secret or jwks" };
  for (const algorithm of given.algorithms ?? []) {
    if (algorithm.startsWith("HS") !== isShared)
      yield { path: ["algorithms"], message: `${algorithm} does not go with ${isShared ? "secret" : "jwks"}` };
  }
  if (isShared) return;
  // The issuer signs tokens for others with the same keys.
  for (const name of ["issuer", "audience"] as const) {
    if (given[name] === undefined) yield { path: [name], message: "missing: needed with jwks" };
  }
}

export const identitySchema = z
  .strictObject({ anonymous, tokens: z.array(token).prefault([]), jwt: jwt.optional() })
  .prefault({});

/** How callers are told apart, as the file gives it. */
export type IdentitySettings = z.output<typeof identitySchema>;
/** Of tokens that somebody else signs. */
export type JwtSettings = NonNullable<IdentitySettings["jwt"]>;
