import { asFailure } from "../failure.js";
import type { Task } from "../task.js";

/** Gives a session up at the server, in three attempts. Never rejects: one that is left expires by itself. */
export async function giveUp({ api, options }: Pick<Task, "api" | "options">, session: string): Promise<void> {
  const { backoffMs = 500 } = options;
  for (let tries = 0; tries < 3; tries += 1) {
    try {
      const { signal } = new AbortController();
      return void (await api.call("DELETE", `/sessions/${session}`, null, { signal }));
    } catch (error) {
      if (!asFailure(error).retryable) return;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * backoffMs * 2 ** tries));
    }
  }
}
