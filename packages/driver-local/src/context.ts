import type { Runtime } from "@stowage/core";
import type { Descriptors } from "./descriptors.js";
import type { FileCalls } from "./file-calls.js";
import type { PartFiles } from "./open-part.js";

/** What the verbs of one driver share. */
export interface LocalContext extends PartFiles {
  readonly runtime: Runtime;
  readonly descriptors: Descriptors;
  /** The calls for so many bytes; `null` where nobody knows. */
  callsFor(size: number | null): FileCalls;
  /** Bodies that are being written now, who share the memory budget. */
  readonly writing: { count: number };
}
