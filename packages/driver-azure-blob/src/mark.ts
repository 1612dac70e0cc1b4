/**
 * Metadata of every object that we make: who completes again, perhaps after another upload took the key, knows his own
 * object by it. Names of metadata are C#'s identifiers, so no hyphen.
 */
export const markHeader = "stowage_upload";

/** Metadata of the empty blob that lives for a moment while an abort throws blocks away. */
export const abortHeader = "stowage_aborted";
