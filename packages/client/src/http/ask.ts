import { persist } from "../retry/persist.js";
import type { Persisting } from "../retry/persist.js";
import type { Task } from "../task.js";

/** Asks the server until it answers; what it says has the shape that the caller names. */
export function ask<Shape>(
  task: Persisting & Pick<Task, "api">,
  method: string,
  path: string,
  body?: object,
): Promise<Shape> {
  return persist(task, (signal) => task.api.call(method, path, body, { signal })) as Promise<Shape>;
}
