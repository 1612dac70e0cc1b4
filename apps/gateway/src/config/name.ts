import { z } from "zod";

/** Names of owners, groups and policies: they go into object keys, URLs and logs as they are. */
export const namePattern = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** Says what `namePattern` asks for. */
export const nameRule = "not a name: 1 to 64 of a-z, 0-9, dot, underscore and hyphen, a letter or digit first";

export const name = z.string().regex(namePattern, nameRule);
