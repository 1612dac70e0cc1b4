import type { SessionView } from "@stowage/core";
import type { Call } from "../call.js";
import type { SessionsAnswer } from "../wire/answers.js";
import { done } from "../wire/outcome.js";
import type { Outcome } from "../wire/outcome.js";
import { describeSession, isUnfinished } from "./describe-session.js";
import { findStatus } from "./find-status.js";

const unfinished = ["opening", "open", "completing"] as const;
const pageSize = 1000;

/** `GET /{contentPath}/$/GetUploadSession`: all unfinished sessions of the caller for the path. */
export async function sessionsOfPath(call: Call): Promise<Outcome> {
  const UploadSessions: SessionsAnswer["UploadSessions"] = [];
  for (const state of unfinished) {
    for await (const { id, protocol, entry } of sessionsIn(call, state)) {
      if (protocol !== "image-store" || entry?.path !== call.path) continue;
      const status = await findStatus(call, id);
      if (status === null || !isUnfinished(status.session)) continue;
      const described = describeSession(status);
      // One that moved on between two looks is in both.
      if (!UploadSessions.some(({ SessionId }) => SessionId === described.SessionId)) UploadSessions.push(described);
    }
  }
  return done({ UploadSessions } satisfies SessionsAnswer);
}

async function* sessionsIn({ engine, options }: Call, state: SessionView["state"]): AsyncGenerator<SessionView> {
  for (let after: string | undefined; ;) {
    const filter = { state, limit: pageSize, ...(after === undefined ? {} : { after }) };
    const page = await engine.sessions(filter, options);
    yield* page;
    after = page.at(-1)?.id;
    if (page.length < pageSize) return;
  }
}
