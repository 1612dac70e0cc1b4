import type { Api } from "./http/api.js";
import type { UploadOptions } from "./options.js";
import type { Progress } from "./progress.js";
import type { Control } from "./retry/control.js";
import type { Memory } from "./session/memory.js";
import type { UploadSource } from "./source.js";

/** What all steps of one upload share. */
export interface Task {
  readonly source: UploadSource;
  readonly options: UploadOptions;
  readonly path: string;
  readonly api: Api;
  readonly control: Control;
  readonly progress: Progress;
  readonly memory: Memory;
}
