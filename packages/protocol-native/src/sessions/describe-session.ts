import type { SessionView, UploadStatus } from "@stowage/core";
import type { Call } from "../call.js";
import { describeFile } from "../files/describe-file.js";
import type { FileInfo, SessionInfo } from "../wire/answers.js";
import { missingChunks } from "./missing-chunks.js";

/** Most ranges of one answer: a client that sends these asks again. */
const mostMissing = 1000;

/** A session as a line of a list: nothing else is asked for it. */
export function describeSession({ engine }: Pick<Call, "engine">, session: SessionView): SessionInfo {
  const { id, state, target, received, transfer, policyId, protocol, entry, createdAt, expiresAt } = session;
  const policy = engine.policies().find((each) => each.id === policyId);
  const object = session.state === "completed" ? session.object : null;
  return {
    id,
    state,
    path: entry?.path ?? null,
    size: target.size,
    received,
    chunkSize: target.plan?.chunkSize ?? null,
    chunkCount: target.plan?.count ?? null,
    // A policy that is gone, or not the caller's any more, takes no bytes.
    parallel: policy?.chunks.parallel ?? 1,
    transfer,
    policy: policyId,
    protocol,
    createdAt,
    expiresAt,
    ...(object?.checksum === undefined ? {} : { checksum: { ...object.checksum } }),
    ...(session.state === "aborting" || session.state === "aborted" ? { error: describeCause(session) } : {}),
  };
}

/** A session with what is missing of it, or the file that it became. */
export async function describeStatus(call: Call, { session, missing }: UploadStatus): Promise<SessionInfo> {
  const info = describeSession(call, session);
  const { plan } = session.target;
  const isOpen = session.state === "opening" || session.state === "open";
  if (isOpen && plan !== null) return { ...info, missing: [...missingChunks(plan, missing, mostMissing)] };
  const file = session.state === "completed" ? await publishedFile(call, session) : null;
  return { ...info, ...(file === null ? {} : { file }) };
}

/** `null`: removed, or replaced by a later upload. */
async function publishedFile({ engine, options, owner }: Call, { id, entry }: SessionView): Promise<FileInfo | null> {
  if (entry === null || owner === null) return null;
  const found = await engine.find({ path: entry.path }, options);
  return found !== null && found.version === id ? describeFile(found) : null;
}

function describeCause({
  cause,
}: SessionView & { readonly state: "aborting" | "aborted" }): NonNullable<SessionInfo["error"]> {
  return { reason: cause.reason, ...(cause.error === undefined ? {} : { code: cause.error.code }) };
}
