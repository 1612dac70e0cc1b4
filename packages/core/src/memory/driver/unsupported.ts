import { UploadError } from "../../errors.js";

/** What the options of this driver took away. */
export function unsupported(capability: string): UploadError<"UNSUPPORTED"> {
  return new UploadError("UNSUPPORTED", `driver memory lacks ${capability}`, { driver: "memory", capability });
}
