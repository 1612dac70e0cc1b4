import type { SessionInfo } from "../http/wire.js";
import { persist } from "../retry/persist.js";
import type { Task } from "../task.js";
import { readChunk } from "./read-chunk.js";

/** Sends one chunk to the server. */
export async function sendThrough(task: Task, session: SessionInfo, index: number): Promise<void> {
  const { api, progress } = task;
  await persist(task, async (signal) => {
    progress.report(index, 0);
    const bytes = await readChunk(task, session, index);
    const onSent = (sent: number): void => progress.report(index, sent);
    await api.call("PUT", `/sessions/${session.id}/chunks/${index}`, bytes, { signal, onSent });
  });
  progress.stored(index, session);
}
