import { z } from "zod";

/** Options of `imageStore`, with their defaults. */
export const optionsSchema = z.strictObject({
  title: z.string().min(1).default("Stowage image store").meta({ description: "Title of the OpenAPI document." }),
  defaultTimeout: z.int().min(1).max(4_294_967_295).default(60).meta({
    description: "Seconds that a request without `timeout` may take; Service Fabric's own default is 60.",
  }),
  maxPage: z.int().min(1).max(100_000).default(10_000).meta({
    description: "Most files and folders of one listing; what is left comes by `ContinuationToken`.",
  }),
});

/** What a composer writes: everything has a default. */
export type ImageStoreOptions = z.input<typeof optionsSchema>;

/** Options with their defaults in place. */
export type Settings = z.output<typeof optionsSchema>;
