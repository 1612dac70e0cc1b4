import { z } from "zod";
import { parseDuration } from "./duration.js";
import { parseSize } from "./size.js";

// Numbers are taken as text too, because an environment variable is text.

/** Bytes, from a number or as `parseSize` reads it. */
export function size(least = 0) {
  const wrong = "not a size: whole bytes, or a number and a unit as in 16 MiB";
  return z.union([z.number(), z.string()], { error: wrong }).transform((given, context) => {
    const bytes = typeof given === "number" ? given : parseSize(given);
    if (bytes === null || !Number.isSafeInteger(bytes) || bytes < 0) return refuse(context, wrong);
    return bytes < least ? refuse(context, `below ${least} bytes`) : bytes;
  });
}

/** Milliseconds, as `parseDuration` reads them; a bare number says no unit and is refused. */
export function duration(least = 1) {
  const wrong = "not a duration: a number and a unit as in 90s, 24h or 1d12h";
  return z.string({ error: wrong }).transform((given, context) => {
    const ms = parseDuration(given);
    if (ms === null) return refuse(context, wrong);
    return ms < least ? refuse(context, `below ${least} ms`) : ms;
  });
}

/** A whole number. */
export function count(least: number, most = Number.MAX_SAFE_INTEGER) {
  const wrong = "not a whole number";
  return z.union([z.number(), z.string()], { error: wrong }).transform((given, context) => {
    const value = typeof given === "number" ? given : /^\d{1,16}$/.test(given) ? Number(given) : NaN;
    if (!Number.isSafeInteger(value)) return refuse(context, wrong);
    return value < least || value > most ? refuse(context, `not from ${least} to ${most}`) : value;
  });
}

/** `true` or `false`. */
export function flag() {
  const wrong = "neither true nor false";
  return z
    .union([z.boolean(), z.enum(["true", "false"])], { error: wrong })
    .transform((given) => given === true || given === "true");
}

function refuse(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: "custom", message });
  return z.NEVER;
}
