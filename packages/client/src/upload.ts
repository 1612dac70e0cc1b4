import { asFailure, UploadFailure } from "./failure.js";
import { apiOf } from "./http/api.js";
import type { Upload, UploadedFile, UploadOptions } from "./options.js";
import { makeProgress } from "./progress.js";
import { makeControl } from "./retry/control.js";
import { finish } from "./session/finish.js";
import { giveUp } from "./session/give-up.js";
import { makeMemory } from "./session/memory.js";
import { isGone, openSession } from "./session/open-session.js";
import { browserStore } from "./session/resume-store.js";
import { sourceOf } from "./source.js";
import type { UploadSource } from "./source.js";
import type { Task } from "./task.js";

/** Sessions that one upload may begin anew, where the server loses them. */
const mostLives = 3;

/**
 * Uploads a file: in parallel chunks, through broken lines and restarts of the server, from where an earlier `upload`
 * of the same file to the same place was interrupted.
 *
 * @example
 * const task = upload(file, { to: "/uploads", onProgress: ({ sent, size }) => (bar.value = sent / size) });
 * const { path } = await task.done;
 */
export function upload(input: Blob | UploadSource, options: UploadOptions): Upload {
  const source = sourceOf(input);
  const control = makeControl();
  const path = options.path ?? `/${source.name}`;
  const store = options.resume === undefined ? browserStore() : options.resume;
  const task: Task = {
    source,
    options,
    path,
    api: apiOf(options, source.send),
    control,
    progress: makeProgress(source.data.size, options.onProgress),
    memory: makeMemory(store, `stowage ${options.to} ${path}`, source),
  };
  const stop = (): void => control.end(new UploadFailure("STOPPED", "stopped", { retryable: true }));
  options.signal?.addEventListener("abort", stop);
  if (options.signal?.aborted === true) stop();
  const done = run(task).finally(() => {
    options.signal?.removeEventListener("abort", stop);
    control.end(null);
  });
  // Whoever looks at `done` hears of it; nobody has to.
  done.catch(() => {});
  return {
    done,
    get state() {
      return control.state;
    },
    pause: () => {
      control.pause();
      // A page that is paused may be closed.
      void task.memory.save();
    },
    resume: () => control.resume(),
    cancel: async () => {
      control.end(new UploadFailure("CANCELLED", "cancelled"));
      await done.catch(() => abandon(task));
    },
  };
}

async function run(task: Task): Promise<UploadedFile> {
  for (let lives = mostLives; ; lives -= 1) {
    try {
      const uploaded = await finish(task, await openSession(task));
      await task.memory.forget();
      return uploaded;
    } catch (error) {
      const failure = asFailure(error);
      if (failure.code === "SOURCE_CHANGED") await abandon(task);
      if (failure.code === "CHECKSUM_MISMATCH") await task.memory.forget();
      if (failure.retryable) await task.memory.save();
      if (!isGone(failure) || lives === 1) throw failure;
      await task.memory.forget();
      task.progress.reset();
    }
  }
}

/** Nothing of it is worth going on with. A session whose id never came stays remembered: the next upload finds it. */
async function abandon(task: Task): Promise<void> {
  const { session } = task.memory;
  if (session === null) return;
  await giveUp(task, session);
  await task.memory.forget();
}
