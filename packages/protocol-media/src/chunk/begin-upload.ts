import type { CreateUpload } from "@stowage/core";
import type { Call } from "../call.js";
import { createAtFreePath } from "../media/create-at-free-path.js";
import { metadataOf } from "../media/media-metadata.js";
import type { DetectedType } from "../type/detect-type.js";
import { judgeType } from "../type/judge-type.js";
import type { Outcome } from "../wire/outcome.js";
import type { Chunk } from "./chunk.js";
import { chunkAnswer } from "./chunk-answer.js";
import { kindLimits } from "./kind-limits.js";
import { storeBytes } from "./store-bytes.js";
import { typeRefused } from "./type-refused.js";
import { protocolName } from "./upload-facts.js";
import type { UploadFacts } from "./upload-facts.js";

/** The first chunk: makes the upload, unless the bytes are of a type that is not taken. */
export async function beginUpload(call: Call, chunk: Chunk): Promise<Outcome> {
  const { engine, options, settings } = call;
  const isAll = chunk.range.end === chunk.total;
  const { types } = kindLimits(settings, chunk.kind);
  const verdict = await judgeType(chunk.bytes, types, isAll);
  if (verdict.kind === "refused") return typeRefused(chunk.kind, verdict.found);
  const id = call.runtime.newId();
  if (verdict.kind === "accepted") await createTyped(call, id, chunk, verdict.type);
  else await engine.create(requestOf(call, id, chunk), options);
  try {
    return chunkAnswer(id, chunk, await storeBytes(call, id, chunk));
  } catch (error) {
    // The client never learns the id, so nobody would go on with it.
    await engine.abort(id).catch(() => {});
    throw error;
  }
}

async function createTyped(call: Call, id: string, chunk: Chunk, type: DetectedType): Promise<void> {
  const request = { ...requestOf(call, id, chunk), contentType: type.mime, metadata: metadataOf(chunk.kind) };
  await createAtFreePath(call, request, { id, kind: chunk.kind, name: chunk.name, ext: type.ext });
}

/** Without a path no file is made of it: what its type is shows when all bytes are there. */
function requestOf(
  { settings }: Call,
  id: string,
  { kind, name, total }: Chunk,
): CreateUpload & { readonly id: string } {
  return {
    id,
    policyId: settings.policy ?? null,
    protocol: protocolName,
    wire: { kind, name } satisfies UploadFacts,
    path: null,
    size: total,
    framing: "free",
    completion: "explicit",
    transfer: "through",
    onConflict: "refuse",
  };
}
