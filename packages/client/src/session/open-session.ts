import { asFailure } from "../failure.js";
import type { UploadFailure } from "../failure.js";
import type { SessionInfo } from "../http/wire.js";
import { persist } from "../retry/persist.js";
import type { Task } from "../task.js";
import { giveUp } from "./give-up.js";
import type { Remembered } from "./memory.js";

/** The session of this upload: the remembered one where that can still be used, else a new one. */
export async function openSession(task: Task): Promise<SessionInfo> {
  const { source, memory } = task;
  const found = await memory.load();
  const isSame = found !== null && found.size === source.data.size && found.modifiedAt === source.modifiedAt;
  if (found?.session !== undefined) {
    const session = isSame ? await rejoin(task, found) : null;
    if (session !== null) return session;
    // The file has changed: what came of the old one would only hold the path.
    if (!isSame) await giveUp(task, found.session);
  }
  const unanswered = isSame && found.session === undefined ? await create(task, found.id) : null;
  return unanswered ?? ((await create(task, newId())) as SessionInfo);
}

/** Whether the server has forgotten the session, or its storage the bytes: only a new session helps. */
export function isGone({ code }: UploadFailure): boolean {
  return code === "SESSION_NOT_FOUND" || code === "SESSION_EXPIRED" || code === "BACKEND_LOST_UPLOAD";
}

/** `null`: gone, given up, or its file is another one by now. */
async function rejoin(task: Task, { id, session, crcs }: Remembered): Promise<SessionInfo | null> {
  try {
    const found = await getSession(task, session ?? "");
    if (isOver(found)) return null;
    await task.memory.begin(id);
    await task.memory.opened(found.id, crcs);
    return found;
  } catch (error) {
    if (isGone(asFailure(error))) return null;
    throw error;
  }
}

/** How far a session is. */
export async function getSession(task: Task, id: string): Promise<SessionInfo> {
  return persist(
    task,
    async (signal) => (await task.api.call("GET", `/sessions/${id}`, null, { signal })) as unknown as SessionInfo,
  );
}

function isOver({ state, file }: SessionInfo): boolean {
  return state === "aborting" || state === "aborted" || (state === "completed" && file === undefined);
}

/** `null`: the id is used up. */
async function create(task: Task, id: string): Promise<SessionInfo | null> {
  const { source, options, path, api, memory } = task;
  const { modifiedAt } = source;
  const contentType = options.contentType ?? source.data.type;
  const body = {
    id,
    path,
    size: source.data.size,
    ...(modifiedAt === null ? {} : { modifiedAt: Math.max(0, Math.round(modifiedAt)) }),
    ...(contentType === "" ? {} : { contentType }),
    ...(options.policy === undefined ? {} : { policy: options.policy }),
    ...(options.metadata === undefined ? {} : { metadata: options.metadata }),
    ...(options.onConflict === undefined ? {} : { onConflict: options.onConflict }),
  };
  await memory.begin(id);
  // Never cut, so that a session is never made without our knowing: the id makes it safe to repeat.
  const { signal } = new AbortController();
  try {
    const made = await persist(task, () => api.call("POST", "/sessions", body, { signal }));
    const session = made as unknown as SessionInfo;
    if (isOver(session)) return null;
    await memory.opened(session.id);
    return session;
  } catch (error) {
    const failure = asFailure(error);
    if (failure.code === "SESSION_EXISTS" || isGone(failure)) return null;
    throw failure;
  }
}

/** 32 hexadecimal digits. Not `randomUUID`, which pages without TLS have not. */
function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
