import { UploadError } from "@stowage/core";

/** What a request that is malformed throws: answered with 400. Each issue begins with the field that it is about. */
export function badRequest(...issues: readonly string[]): UploadError<"OPTIONS_INVALID"> {
  return new UploadError("OPTIONS_INVALID", `request: ${issues.join("; ")}`, { driver: "media", issues });
}
