import { detectType } from "./detect-type.js";
import type { DetectedType } from "./detect-type.js";

/** Whether the bytes of a file are of a kind that is taken. */
export type TypeVerdict =
  | { readonly kind: "accepted"; readonly type: DetectedType }
  /** `found`: the media type that they have, `null` where nothing knows them. */
  | { readonly kind: "refused"; readonly found: string | null }
  /** Too few bytes to say. */
  | { readonly kind: "open" };

/** `file-type` asks for as many first bytes as this. */
const enough = 4100;
/** Archives whose entries tell what they are, and the first ones may not. */
const zipBased = /^application\/(vnd\.openxmlformats|vnd\.oasis|vnd\.ms-|epub\+zip)/;

/** Judges a file by its first bytes. `isAll`: more will not come, so there is a verdict. */
export async function judgeType(sample: Uint8Array, accepted: readonly string[], isAll: boolean): Promise<TypeVerdict> {
  const type = await detectType(sample);
  // What a short sample shows may turn out otherwise: three bytes of a JPEG-LS are those of a JPEG.
  const isSure = isAll || sample.byteLength >= enough;
  const isAccepted = type !== null && accepted.includes(type.mime);
  if (isAccepted && isSure) return { kind: "accepted", type };
  const mayBecomeOther = type?.mime === "application/zip" && accepted.some((mime) => zipBased.test(mime));
  if (!isAll && (!isSure || mayBecomeOther)) return { kind: "open" };
  return { kind: "refused", found: type?.mime ?? null };
}
