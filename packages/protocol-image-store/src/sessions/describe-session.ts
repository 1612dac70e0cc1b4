import type { UploadStatus } from "@stowage/core";
import type { SessionsAnswer } from "../wire/answers.js";
import { storeRelativePath } from "../wire/content-path.js";
import { guidOf } from "./session-guid.js";

/** Whether clients see the session: one that is over is none. */
export function isUnfinished({ state }: UploadStatus["session"]): boolean {
  return state === "opening" || state === "open" || state === "completing";
}

/** An unfinished session as clients see it. */
export function describeSession({ session, missing }: UploadStatus): SessionsAnswer["UploadSessions"][number] {
  return {
    StoreRelativePath: storeRelativePath(session.entry?.path ?? "/"),
    SessionId: guidOf(session),
    FileSize: String(session.target.size ?? 0),
    ModifiedDate: new Date(session.createdAt).toISOString(),
    ExpectedRanges: missing.map(({ start, end }) => ({
      StartPosition: String(start),
      EndPosition: String(end - 1),
    })),
  };
}
