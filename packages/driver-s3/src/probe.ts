import { type CallOptions, chunkAt, type Probed, type Receipt, type UploadTarget } from "@stowage/core";
import { type Aside, listAsides } from "./aside/list-asides.js";
import type { S3Context } from "./context.js";
import type { S3Handle } from "./handle.js";
import { storeKey } from "./keys.js";
import { listParts } from "./list-parts.js";
import { findObject } from "./objects/find-object.js";
import { type PartToken, printToken } from "./receipt-token.js";

/**
 * What the store holds. The object is looked for first, as some stores go on listing the parts of an upload that they
 * have completed. Without a plan a list of parts says nothing of offsets.
 */
export async function probe(
  context: S3Context,
  { uploadId, mark, generation }: S3Handle,
  target: UploadTarget,
  options: CallOptions,
): Promise<Probed> {
  const found = await findObject(context, target.key, options);
  if (found !== null && found.mark === mark) return { kind: "complete", object: found.object };
  if (uploadId === null) return { kind: "open", parts: [] };
  const listed = await listParts(context, storeKey(context.settings.prefix, target.key), uploadId, options);
  if (listed === null) return { kind: "gone" };
  if (target.plan === null) return { kind: "open", parts: null };
  const asides = generation === 0 ? [] : await listAsides(context, target.key, options);
  const held = [...listed.map((part) => ({ ...part, generation: 0 })), ...asides];
  return { kind: "open", parts: held.sort(inOrder).flatMap((part) => receiptOf(part, target)) };
}

type Held = PartToken & Pick<Aside, "size">;

/** Of several for one chunk the engine knows the one that it has a receipt of. */
function inOrder(a: Held, b: Held): number {
  return a.number - b.number || a.generation - b.generation;
}

/** None for a part beyond the plan. */
function receiptOf(held: Held, { plan }: UploadTarget): readonly Receipt[] {
  if (plan === null || held.number > plan.count) return [];
  const { start } = chunkAt(plan, held.number - 1);
  return [{ offset: start, size: held.size, token: printToken(held) }];
}
