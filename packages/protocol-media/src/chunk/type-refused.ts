import type { MediaKind } from "../wire/answers.js";
import { failed } from "../wire/outcome.js";
import type { Outcome } from "../wire/outcome.js";

/** 415 for bytes that are not of the kind that the client says. `found`: the media type that they have. */
export function typeRefused(kind: MediaKind, found: string | null): Outcome {
  return failed(415, "TYPE_REFUSED", `the bytes are no ${kind} of a type that is taken`, { details: { found } });
}
