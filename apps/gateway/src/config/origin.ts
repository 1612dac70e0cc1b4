import { z } from "zod";

/** Scheme and host as browsers send them, for example `https://files.example`. */
export const origin = z
  .string()
  .refine(isOrigin, "not an origin: http or https and a host, as in https://files.example");

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
