import { asFailure } from "../failure.js";
import type { Grant, SessionInfo, SignedRequest } from "../http/wire.js";
import { persist } from "../retry/persist.js";
import type { Task } from "../task.js";
import { askGrant, directLane, unusable } from "./direct.js";
import type { Direct } from "./direct.js";
import { readChunk } from "./read-chunk.js";
import { sendThrough } from "./through.js";

/** Requests that are asked for at a time. */
const slice = 64;
/** So much of a grant's life is left to the request itself. */
const marginMs = 15_000;

type PartGrant = Grant & { readonly kind: "parts" };

/** Sends chunks by one request each to the backend; those that cannot get there go to the server. */
export function partSender(
  task: Task,
  session: SessionInfo,
  first: PartGrant,
  start: number,
): (index: number) => Promise<void> {
  const direct: Direct = { works: false };
  const grants = keepGrants(task, session, first, start);
  let isBroken = false;
  return async (index) => {
    if (isBroken) return sendThrough(task, session, index);
    try {
      await sendPart(task, session, index, direct, grants);
    } catch (error) {
      if (asFailure(error).code !== "DIRECT_UNUSABLE") throw error;
      isBroken = !direct.works;
      await sendThrough(task, session, index);
    }
  };
}

async function sendPart(
  task: Task,
  session: SessionInfo,
  index: number,
  direct: Direct,
  grants: Grants,
): Promise<void> {
  const { progress } = task;
  const lane = directLane(direct, task.source);
  await persist(task, async (signal) => {
    progress.report(index, 0);
    const request = await grants.take(index);
    const bytes = await readChunk(task, session, index);
    const onSent = (sent: number): void => progress.report(index, sent);
    try {
      lane.check(await lane.send(request, bytes, { signal, onSent }));
    } catch (error) {
      if (asFailure(error).code === "GRANT_REFUSED") grants.drop(request);
      throw error;
    }
  });
  progress.stored(index, session);
}

interface Grants {
  take(index: number): Promise<SignedRequest>;
  /** It was refused, and so will be those that came with it. */
  drop(request: SignedRequest): void;
}

/** One slice of grants at a time, renewed where it ends, where it is refused and where its time is over. */
function keepGrants(task: Task, session: SessionInfo, first: PartGrant, start: number): Grants {
  let held = { ...first, start, at: Date.now() };
  let asking: Promise<void> | null = null;
  const ask = async (from: number): Promise<void> => {
    try {
      const grant = await askGrant(task, session, from, Math.min(from + slice, session.chunkCount));
      if (grant.kind !== "parts" || grant.requests.length === 0) throw unusable(grant.kind);
      held = { ...grant, start: from, at: Date.now() };
    } finally {
      asking = null;
    }
  };
  return {
    take: async (index) => {
      for (;;) {
        const found = held.requests[index - held.start];
        if (found !== undefined && !isOld(found, held.at)) return found;
        await (asking ??= ask(index));
      }
    },
    drop: (request) => {
      // Another chunk may have renewed them meanwhile.
      if (held.requests.includes(request)) held = { ...held, requests: [] };
    },
  };
}

/** A grant that has just come is used whatever this machine's clock says: the clock may be wrong. */
function isOld({ expiresAt }: SignedRequest, at: number): boolean {
  const now = Date.now();
  return now - at > marginMs && expiresAt - marginMs < now;
}
