import { bytes, isUploadError } from "@stowage/core";
import type { SessionView } from "@stowage/core";
import type { Call } from "../call.js";
import { findUpload } from "../chunk/find-upload.js";
import type { FoundUpload } from "../chunk/find-upload.js";
import { kindLimits } from "../chunk/kind-limits.js";
import { typeRefused } from "../chunk/type-refused.js";
import { protocolName } from "../chunk/upload-facts.js";
import { createAtFreePath } from "../media/create-at-free-path.js";
import { metadataOf } from "../media/media-metadata.js";
import { judgeType } from "../type/judge-type.js";
import type { TypeVerdict } from "../type/judge-type.js";
import type { Outcome } from "../wire/outcome.js";
import { copyId } from "./copy-id.js";
import { describePublished } from "./describe-published.js";

/** Most first bytes of a whole upload that are looked at. */
const longestSample = 1024 * 1024;

/**
 * Publishes an upload whose first chunk did not tell its type. It is whole and names no file; if its bytes are of a type that is
 * taken, they are copied into one. May run again after a crash, and side by side.
 */
export async function publishCopy(call: Call, upload: FoundUpload): Promise<Outcome> {
  const { id } = upload.status.session;
  const into = await copyId(id);
  let copy = await findCopy(call, into);
  if (copy === null) {
    const verdict = await judgeWhole(call, upload);
    if (verdict.kind !== "accepted")
      return typeRefused(upload.facts.kind, verdict.kind === "refused" ? verdict.found : null);
    copy = await createCopy(call, upload, into, verdict.type);
  }
  if (copy.received < (copy.target.size ?? 0)) {
    const body = await call.engine.read({ sessionId: id }, null, call.options);
    await call.engine.write(into, { offset: 0 }, body, call.options);
  }
  await call.engine.complete(into, call.options);
  return describePublished(call, into, copy.entry?.path ?? "");
}

async function findCopy(call: Call, into: string): Promise<SessionView | null> {
  try {
    return (await findUpload(call, into)).status.session;
  } catch (error) {
    if (isUploadError(error) && error.code === "SESSION_NOT_FOUND") return null;
    throw error;
  }
}

async function judgeWhole(call: Call, { status, facts }: FoundUpload): Promise<TypeVerdict> {
  const { id, target } = status.session;
  const end = Math.min(target.size ?? 0, longestSample);
  return call.hold(end, call.options, async () => {
    const body = await call.engine.read({ sessionId: id }, { start: 0, end }, call.options);
    return judgeType(await bytes(body, end), kindLimits(call.settings, facts.kind).types, true);
  });
}

/** Somebody else who completes it may be quicker, at a path of his own choice. */
async function createCopy(
  call: Call,
  { status, facts }: FoundUpload,
  into: string,
  type: { readonly mime: string; readonly ext: string },
): Promise<SessionView> {
  const { session } = status;
  const request = {
    id: into,
    policyId: call.settings.policy ?? null,
    protocol: protocolName,
    wire: facts,
    path: null,
    size: session.target.size,
    framing: "free",
    completion: "explicit",
    transfer: "through",
    onConflict: "refuse",
    contentType: type.mime,
    metadata: metadataOf(facts.kind),
  } as const;
  try {
    return await createAtFreePath(call, request, { id: session.id, kind: facts.kind, name: facts.name, ext: type.ext });
  } catch (error) {
    if (!isUploadError(error) || error.code !== "SESSION_EXISTS") throw error;
    return (await findUpload(call, into)).status.session;
  }
}
