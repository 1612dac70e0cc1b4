import { UploadError } from "../errors.js";
import type { CallOptions } from "../runtime.js";
import type { UploadSession } from "../session.js";
import type { Caller, Written } from "../uploads.js";
import { acquire, release } from "./claims.js";
import { complete } from "./complete.js";
import type { EngineContext } from "./context.js";
import { replaceOrYield } from "./replace.js";
import { checkNotExpired, closedError, loadVisible } from "./visible.js";

/** `Uploads.declareSize`. Idempotent for the same size. */
export async function declareSize(
  context: EngineContext,
  caller: Caller,
  id: string,
  size: number,
  options: CallOptions,
): Promise<Written> {
  for (;;) {
    const { session, received } = await loadVisible(context, caller, id, options);
    checkNotExpired(context, session);
    if (session.target.size === size) {
      const full = session.completion === "when-full" && received === size;
      return {
        received,
        expiresAt: session.expiresAt,
        object: full ? await complete(context, id, options) : objectOf(session),
      };
    }
    if (session.state !== "open") throw closedError(session);
    await checkSize(context, session, size, options);
    // A writer of unknown length may be on its way beyond the size that is declared now, so all are kept out.
    const whole = { sessionId: id, purpose: "complete", range: { start: 0, end: 0 }, fenced: true } as const;
    const { claimId } = await acquire(context, whole, options);
    try {
      await checkSize(context, session, size, options);
      const next = { ...session, target: { ...session.target, size }, sizeLimit: size, revision: session.revision + 1 };
      await replaceOrYield(context, next, options, context.quota({ ...caller, owner: session.owner }));
    } finally {
      await release(context, id, claimId, options);
    }
  }
}

function objectOf(session: UploadSession): Written["object"] {
  return session.state === "completed" ? session.object : null;
}

async function checkSize(
  context: EngineContext,
  session: UploadSession,
  size: number,
  options: CallOptions,
): Promise<void> {
  const declared = session.target.size;
  if (declared !== null)
    throw new UploadError("SIZE_CONFLICT", `size ${declared} was declared before`, { declared, actual: size });
  if (size > session.sizeLimit)
    throw new UploadError("OBJECT_TOO_LARGE", `${size} bytes, at most ${session.sizeLimit}`, {
      size,
      limit: session.sizeLimit,
    });
  const last = (await context.store.receipts(session.id, options)).at(-1);
  const end = last === undefined ? 0 : last.offset + last.size;
  if (!Number.isSafeInteger(size) || size < end)
    throw new UploadError("SIZE_CONFLICT", `${end} bytes are stored already`, { declared: size, actual: end });
}
