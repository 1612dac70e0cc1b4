import { isUploadError, UploadError } from "@stowage/core";
import type { SessionView } from "@stowage/core";
import type { Call } from "../call.js";
import { ownedId } from "./owned-id.js";

/** What a chunk says of its session. */
export interface WantedSession {
  readonly guid: string;
  readonly path: string;
  /** Of the whole file. */
  readonly size: number;
}

/**
 * The engine's id of the session that a chunk is for: made by the first, found by all others, also where several first
 * ones come at once.
 *
 * @throws {UploadError} `SESSION_EXISTS` where it is for another path, `SIZE_CONFLICT` for another size, and what
 * `create` throws
 */
export async function openSession(call: Call, wanted: WantedSession): Promise<string> {
  const { engine, options, owner, known } = call;
  const { guid, path, size } = wanted;
  const there = known.find(owner, guid);
  if (there?.path === path && there.size === size) return there.id;
  const id = await ownedId(owner, guid);
  const session = await create(call, id, wanted).catch(async (error: unknown) => {
    if (!isUploadError(error) || error.code !== "SESSION_EXISTS") throw error;
    throw whyTaken((await engine.status(id, options)).session, wanted, error);
  });
  if (session.state === "open") known.remember(owner, guid, { id, path, size, expiresAt: session.expiresAt });
  return id;
}

function create({ engine, options }: Call, id: string, { guid, path, size }: WantedSession): Promise<SessionView> {
  return engine.create(
    {
      id,
      policyId: null,
      protocol: "image-store",
      wire: { guid },
      path,
      size,
      framing: "free",
      completion: "explicit",
      transfer: "through",
      onConflict: "replace",
    },
    options,
  );
}

function whyTaken({ target, entry }: SessionView, { path, size }: WantedSession, error: Error): unknown {
  if (entry?.path !== path || target.size === size) return error;
  const declared = target.size ?? 0;
  return new UploadError("SIZE_CONFLICT", `a file of ${declared} bytes, not ${size}`, { declared, actual: size });
}
