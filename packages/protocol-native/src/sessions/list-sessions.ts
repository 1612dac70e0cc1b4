import type { Call } from "../call.js";
import type { SessionsPage } from "../wire/answers.js";
import { done } from "../wire/outcome.js";
import type { Outcome } from "../wire/outcome.js";
import { readQuery } from "../wire/read-json.js";
import { sessionsQuery } from "../wire/schemas.js";
import { describeSession } from "./describe-session.js";

const usualPage = 100;

/** `GET /sessions`: the caller's, of every front-end, in the order of ids. */
export async function listSessions(call: Call): Promise<Outcome> {
  const { state, after, limit } = readQuery(call.exchange.url, sessionsQuery);
  const size = Math.min(limit ?? usualPage, call.settings.maxPage);
  const filter = {
    // One more than asked for tells whether there is another page.
    limit: size + 1,
    ...(state === undefined ? {} : { state }),
    ...(after === undefined ? {} : { after }),
  };
  const found = await call.engine.sessions(filter, call.options);
  const page = found.slice(0, size);
  const last = page.at(-1);
  return done({
    sessions: page.map((session) => describeSession(call, session)),
    ...(found.length > size && last !== undefined ? { next: last.id } : {}),
  } satisfies SessionsPage);
}
