import { asFailure } from "../failure.js";
import type { UploadFailure } from "../failure.js";
import { ask } from "../http/ask.js";
import type { SessionInfo } from "../http/wire.js";
import { persist } from "../retry/persist.js";
import type { Task } from "../task.js";
import { giveUp } from "./give-up.js";

/** The session of this upload: the remembered one where that can still be used, else a new one. */
export async function openSession(task: Task): Promise<SessionInfo> {
  const { source, memory } = task;
  const found = await memory.load();
  if (found?.size === source.data.size && found.modifiedAt === source.modifiedAt) {
    try {
      const { id, session, crcs } = found;
      // The answer to the request for it may have been lost: the same request finds it.
      const there = session === undefined ? await create(task, id) : await getSession(task, session);
      await memory.remember(id, there.id, crcs);
      if (!isOver(there)) return there;
    } catch (error) {
      const failure = asFailure(error);
      if (failure.code !== "SESSION_EXISTS" && !isGone(failure)) throw failure;
    }
  }
  // The file has changed: what came of the old one would only hold the path.
  else if (found?.session !== undefined) await giveUp(task, found.session);
  return create(task, newId());
}

/** Whether the server has forgotten the session, or its storage the bytes: only a new session helps. */
export function isGone({ code }: UploadFailure): boolean {
  return ["SESSION_NOT_FOUND", "SESSION_EXPIRED", "BACKEND_LOST_UPLOAD"].includes(code);
}

/** How far a session is. */
export function getSession(task: Task, id: string): Promise<SessionInfo> {
  return ask(task, "GET", `/sessions/${id}`);
}

/** Given up, or its file is another one by now. */
function isOver({ state, file }: SessionInfo): boolean {
  return state.startsWith("abort") || (state === "completed" && file === undefined);
}

async function create(task: Task, first: string): Promise<SessionInfo> {
  const { source, options, path, memory } = task;
  const { policy, metadata, onConflict, contentType = source.data.type } = options;
  const { modifiedAt } = source;
  // What is undefined is left out of the JSON.
  const body = {
    path,
    size: source.data.size,
    modifiedAt: modifiedAt === null ? undefined : Math.max(0, Math.round(modifiedAt)),
    contentType: contentType || undefined,
    policy,
    metadata,
    onConflict,
  };
  let id = first;
  // A pause does not cut this one, so that no session is made without our knowing. Its id makes it safe to repeat.
  const { signal } = new AbortController();
  return persist(task, async () => {
    for (;;) {
      await memory.remember(id, null);
      const answer = await task.api.call("POST", "/sessions", { ...body, id }, { signal });
      const session = answer as unknown as SessionInfo;
      await memory.remember(id, session.id);
      if (!isOver(session)) return session;
      // It could not be begun at its storage, and has ended with that.
      id = newId();
    }
  });
}

/** 16 random bytes, in decimal. Not `randomUUID`, which pages without TLS have not. */
function newId(): string {
  return crypto.getRandomValues(new Uint8Array(16)).join("-");
}
