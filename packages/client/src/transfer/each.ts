import { asFailure } from "../failure.js";
import type { UploadFailure } from "../failure.js";
import type { IndexRange } from "../http/wire.js";
import type { Task } from "../task.js";

/** Sends chunks, so many at a time, in order of index. The first that fails for good ends the others. */
export async function each(
  { control }: Pick<Task, "control">,
  missing: readonly IndexRange[],
  parallel: number,
  sendOne: (index: number) => Promise<void>,
): Promise<void> {
  const queue = indices(missing);
  let failure: UploadFailure | null = null;
  const worker = async (): Promise<void> => {
    try {
      // The queue is one for all: leaving this loop by an error closes it for the others too.
      for (const index of queue) await sendOne(index);
    } catch (error) {
      if (failure === null) control.interrupt();
      failure ??= asFailure(error);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, parallel) }, worker));
  if (failure !== null) throw failure as UploadFailure;
}

function* indices(ranges: readonly IndexRange[]): Generator<number> {
  for (const { start, end } of ranges) for (let index = start; index < end; index += 1) yield index;
}
