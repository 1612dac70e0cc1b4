import { UploadError } from "@stowage/core";

/** What a verb on accounts throws where it is asked for something that cannot be. */
export function refusal(...issues: readonly string[]): UploadError<"OPTIONS_INVALID"> {
  return new UploadError("OPTIONS_INVALID", issues.join("; "), { driver: "accounts", issues });
}
