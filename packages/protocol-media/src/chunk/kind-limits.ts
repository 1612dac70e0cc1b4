import type { Settings } from "../options.js";
import type { MediaKind } from "../wire/answers.js";

/** What an upload of a kind may be: so many bytes, of these types. */
export function kindLimits(
  settings: Settings,
  kind: MediaKind,
): { readonly limit: number; readonly types: readonly string[] } {
  return kind === "image"
    ? { limit: settings.maxImage, types: settings.imageTypes }
    : { limit: settings.maxDocument, types: settings.documentTypes };
}
