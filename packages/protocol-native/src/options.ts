import { z } from "zod";

/** Options of `native`, with their defaults. */
export const optionsSchema = z.strictObject({
  /** Title of the OpenAPI document. */
  title: z.string().min(1).default("Stowage uploads"),
  /** Most sessions or files of one page of a list. */
  maxPage: z.int().min(1).max(10_000).default(1000),
  /** Most chunks that one grant signs, for uploads straight to a backend. */
  maxGrant: z.int().min(1).max(1000).default(1000),
});

/** What a composer writes: everything has a default. */
export type NativeOptions = z.input<typeof optionsSchema>;

/** Options with their defaults in place. */
export type Settings = z.output<typeof optionsSchema>;
