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

/** Sends chunks by one request each to the backend; those that cannot get there go to the server. */
export function partSender(
  task: Task,
  session: SessionInfo,
  first: { readonly start: number; readonly grant: Grant & { readonly kind: "parts" } },
): (index: number) => Promise<void> {
  const direct: Direct = { works: false };
  const grants = keepGrants(task, session, first);
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
  const lane = directLane(direct);
  const body = await persist(task, async (signal) => {
    progress.report(index, 0);
    const request = await grants.take(index);
    const bytes = await readChunk(task, session, index);
    const onSent = (sent: number): void => progress.report(index, sent);
    try {
      await lane.send(request, bytes, { signal, onSent });
    } catch (error) {
      if (asFailure(error).code === "GRANT_REFUSED") grants.drop(request);
      throw error;
    }
    return bytes;
  });
  progress.report(index, "size" in body ? body.size : body.byteLength);
}

interface Grants {
  take(index: number): Promise<SignedRequest>;
  /** It was refused, and so will be those that came with it. */
  drop(request: SignedRequest): void;
}

function keepGrants(
  task: Task,
  session: SessionInfo,
  first: { readonly start: number; readonly grant: Grant & { readonly kind: "parts" } },
): Grants {
  interface Held {
    readonly request: SignedRequest;
    readonly at: number;
  }
  let held = new Map<number, Held>();
  let asking: Promise<void> | null = null;
  const keep = (start: number, grant: Grant): void => {
    if (grant.kind !== "parts" || grant.requests.length === 0) throw unusable(grant.kind);
    const at = Date.now();
    for (const [offset, request] of grant.requests.entries()) held.set(start + offset, { request, at });
  };
  const ask = async (start: number): Promise<void> => {
    try {
      keep(start, await askGrant(task, session, start, Math.min(start + slice, session.chunkCount)));
    } finally {
      asking = null;
    }
  };
  keep(first.start, first.grant);
  return {
    take: async (index) => {
      for (;;) {
        const found = held.get(index);
        if (found !== undefined && !isOld(found)) return found.request;
        await (asking ??= ask(index));
      }
    },
    drop: (request) => {
      // Another chunk may have renewed them meanwhile.
      if ([...held.values()].some((each) => each.request === request)) held = new Map();
    },
  };
}

/** A grant that has just come is used whatever this machine's clock says: the clock may be wrong. */
function isOld({ request, at }: { readonly request: SignedRequest; readonly at: number }): boolean {
  const now = Date.now();
  return now - at > marginMs && request.expiresAt - marginMs < now;
}
