import { z } from "zod";
import { isPasswordHash } from "../../accounts/password-hash.js";
import { flag, size } from "../quantities.js";
import { name } from "../name.js";

const user = z.strictObject({
  email: z
    .string()
    .regex(/^[^\s@]+@[^\s@]+$/, "not an email address")
    .meta({ description: "What the user signs in with, in any case." }),
  password: z
    .string()
    .refine((text) => isPasswordHash(text), "not a password's hash as this release makes it: $scrypt$ln=15,r=8,p=3$…")
    .meta({ description: "The hash of the password: `$scrypt$ln=15,r=8,p=3$salt$hash`. Never the password." }),
  groups: z.array(name).prefault([]).meta({ description: "Groups that the user is in." }),
  quota: size()
    .optional()
    .meta({ description: "Most bytes that the user's files may come to; wins over the groups'." }),
  nickname: z.string().min(1).optional().meta({ description: "What clients show. Default: the user's name." }),
  disabled: flag().prefault(false).meta({ description: "Signs in no more; what the user has stays." }),
});

export const usersSchema = z.record(name, user).prefault({});

export const groupsSchema = z
  .record(
    name,
    z
      .strictObject({
        quota: size()
          .optional()
          .meta({ description: "Most bytes for each of its members; of several groups the largest counts." }),
        policies: z
          .array(z.string())
          .min(1)
          .optional()
          .meta({ description: "Policies that its members may use; of several groups all. Default: every policy." }),
      })
      .prefault({}),
  )
  .prefault({});

/** Users by the name that owns their files. */
export type UsersSettings = z.output<typeof usersSchema>;
/** Groups by name. */
export type GroupsSettings = z.output<typeof groupsSchema>;
