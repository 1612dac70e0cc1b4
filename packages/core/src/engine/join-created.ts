import { UploadError } from "../errors.js";
import type { CallOptions } from "../runtime.js";
import type { SessionView, UploadSession } from "../session.js";
import { busy } from "./claims.js";
import type { EngineContext } from "./context.js";
import { over } from "./over.js";
import { viewSession } from "./view.js";
import { load } from "./visible.js";

/**
 * A client's own id that is there already: several first chunks came at once, or the client asks again. Waits
 * while another call opens it.
 *
 * @throws {UploadError} `SESSION_EXISTS` where it was asked for with other facts, `SESSION_BUSY` while it opens too long
 */
export async function joinCreated(
  context: EngineContext,
  wanted: UploadSession,
  options: CallOptions,
): Promise<SessionView> {
  const { clock } = context.runtime;
  const deadline = clock.now() + context.timing.patienceMs;
  for (;;) {
    const wake = new AbortController();
    try {
      const changed = context.store.changed(wanted.id, { signal: wake.signal });
      const there = await load(context, wanted.id, options);
      if (!isSame(there.session, wanted))
        throw new UploadError("SESSION_EXISTS", `session ${wanted.id} is there, for another upload`, { id: wanted.id });
      if (there.session.state !== "opening") return viewSession(there);
      const left = deadline - clock.now();
      if (left <= 0) throw busy(wanted.id, context.timing.patienceMs);
      await Promise.race([changed, clock.sleep(left, wake.signal)]);
    } finally {
      wake.abort(over);
    }
  }
}

function isSame(a: UploadSession, b: UploadSession): boolean {
  return (
    a.owner === b.owner &&
    a.protocol === b.protocol &&
    a.completion === b.completion &&
    (a.target.size === b.target.size || b.target.size === null) &&
    (a.target.plan === null) === (b.target.plan === null) &&
    a.entry?.path === b.entry?.path &&
    a.target.checksum?.value === b.target.checksum?.value
  );
}
