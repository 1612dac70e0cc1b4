import { UploadError } from "@stowage/core";
import type { Call } from "../call.js";
import { failed } from "../wire/outcome.js";
import type { Outcome } from "../wire/outcome.js";
import { readQuery } from "../wire/read-query.js";
import { sessionQuery } from "../wire/schemas.js";

const nil = "00000000-0000-0000-0000-000000000000";

/** The `session-id` of a request, in lower case; or the refusal of a request without one, with a nil or a malformed one. */
export function sessionGuid({ exchange }: Pick<Call, "exchange">): string | Outcome {
  const guid = readQuery(exchange.url, sessionQuery)["session-id"]?.toLowerCase() ?? "";
  if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(guid) && guid !== nil) return guid;
  return failed(400, "FABRIC_E_INVALID_UPLOAD_SESSION_ID", "session-id: a GUID that is not nil is needed");
}

/** What a session of this front-end keeps: the GUID as its client made it. @throws {UploadError} `SESSION_NOT_FOUND` */
export function guidOf({ id, wire }: { readonly id: string; readonly wire: unknown }): string {
  if (typeof wire === "object" && wire !== null && "guid" in wire && typeof wire.guid === "string") return wire.guid;
  throw new UploadError("SESSION_NOT_FOUND", "another front-end made the session", { id });
}
