import { z } from "zod";

/** The newest version whose ImageStore family we have whole; 6.5 adds sizes of folders. */
const newestMinor = 4;
const longestTimeout = 4_294_967_295;

const apiVersion = z
  .string({ error: "is needed" })
  .refine((text) => isServed(text), `6.0 to 6.${newestMinor} are served`)
  .describe(`6.0 to 6.${newestMinor}`);
const timeout = z
  .string()
  .regex(/^\d{1,10}$/, `seconds, 1 to ${longestTimeout}`)
  .transform(Number)
  .refine((seconds) => seconds >= 1 && seconds <= longestTimeout, `seconds, 1 to ${longestTimeout}`)
  .optional()
  .describe("seconds that the request may take; default 60");

/** What every request has. */
export const commonQuery = z.object({ "api-version": apiVersion, timeout });

/** Requests about one upload session. Its form is checked apart: a wrong one has a code of its own. */
export const sessionQuery = commonQuery.extend({
  "session-id": z.string().optional().describe("a GUID, made by the client"),
});

/** Listings. */
export const contentQuery = commonQuery.extend({
  ContinuationToken: z.string().max(255).optional().describe("of the page before"),
});

function isServed(text: string): boolean {
  const [, minor] = /^6\.(\d)$/.exec(text) ?? [];
  return minor !== undefined && Number(minor) <= newestMinor;
}
