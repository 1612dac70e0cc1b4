import { ask } from "../http/ask.js";
import { makeControl } from "../retry/control.js";
import type { Task } from "../task.js";

/** How long to try. */
const patienceMs = 3000;

/** Gives a session up at the server. Never rejects: one that is left expires by itself. */
export async function giveUp({ api }: Pick<Task, "api">, session: string): Promise<void> {
  // Of its own: the upload's has ended.
  const control = makeControl();
  await ask({ api, control, options: { patienceMs } }, "DELETE", `/sessions/${session}`).catch(() => {});
}
