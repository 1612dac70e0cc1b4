import { UploadError, type UploadSession } from "@stowage/core";

export function sessionNotFound(id: string): UploadError<"SESSION_NOT_FOUND"> {
  return new UploadError("SESSION_NOT_FOUND", `session ${id} is not there`, { id });
}

/** `next` is what was to be stored, one revision after what was expected. */
export function revisionConflict({ id, revision }: UploadSession): UploadError<"REVISION_CONFLICT"> {
  const expected = revision - 1;
  return new UploadError(
    "REVISION_CONFLICT",
    `session ${id} is not at revision ${expected}`,
    { id, expected },
    { retry: "after-probe" },
  );
}

/** `sessionId` names the unfinished upload that aims there. */
export function pathBusy(path: string, sessionId: string): UploadError<"PATH_BUSY"> {
  return new UploadError("PATH_BUSY", "an unfinished upload aims at the path", { path, sessionId });
}
