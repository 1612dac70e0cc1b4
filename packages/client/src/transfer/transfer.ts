import { asFailure } from "../failure.js";
import type { Grant, IndexRange, SessionInfo } from "../http/wire.js";
import { getSession } from "../session/open-session.js";
import type { Task } from "../task.js";
import { askGrant } from "./direct.js";
import { each } from "./each.js";
import { sendForm } from "./form.js";
import { partSender } from "./parts.js";
import { sendRanges } from "./ranges.js";
import { sendThrough } from "./through.js";

/** Requests of the first grant. */
const firstSlice = 64;

/** Sends what is missing, by whichever way the session has. */
export async function transfer(task: Task, session: SessionInfo): Promise<void> {
  const missing = session.missing ?? [];
  const [first] = missing;
  reportStored(task, session, missing);
  if (first === undefined) return;
  const parallel = Math.min(session.parallel, task.options.parallel ?? Infinity);
  const through = (ranges: readonly IndexRange[]): Promise<void> =>
    each(task, ranges, parallel, (index) => sendThrough(task, session, index));
  const grant = session.transfer === "through" ? null : await firstGrant(task, session, first.start);
  if (grant?.kind === "parts") return each(task, missing, parallel, partSender(task, session, grant, first.start));
  // Whoever has sent chunks through the server goes on so: these backends take one body from one sender.
  if (grant === null || session.transfer === "mixed") return through(missing);
  try {
    await (grant.kind === "ranges" ? sendRanges(task, session, grant.request) : sendForm(task, session, grant));
  } catch (error) {
    if (asFailure(error).code !== "DIRECT_UNUSABLE") throw error;
    task.progress.reset();
    const now = await getSession(task, session.id);
    reportStored(task, now, now.missing ?? []);
    await through(now.missing ?? []);
  }
}

/** `null`: the server grants nothing. */
async function firstGrant(task: Task, session: SessionInfo, start: number): Promise<Grant | null> {
  try {
    return await askGrant(task, session, start, Math.min(start + firstSlice, session.chunkCount));
  } catch (error) {
    if (asFailure(error).code === "UNSUPPORTED") return null;
    throw error;
  }
}

function reportStored({ progress }: Task, session: SessionInfo, missing: readonly IndexRange[]): void {
  let next = 0;
  for (const { start, end } of [...missing, { start: session.chunkCount, end: 0 }]) {
    for (; next < start; next += 1) progress.stored(next, session);
    next = end;
  }
}
