import { z } from "zod";
import { mediaKinds } from "../wire/answers.js";

/** `CreateUpload.protocol` of all that this front-end makes. */
export const protocolName = "media";

/** What an upload remembers beside its target. */
export const uploadFacts = z.object({
  kind: z.enum(mediaKinds),
  /** The client's file name, untouched. */
  name: z.string().nullable(),
});
/** What an upload remembers beside its target. */
export type UploadFacts = z.output<typeof uploadFacts>;
