import type { EpochMs } from "@stowage/core";
import type { SignableRequest, Signer } from "../signature/signer.js";

/** A series of part uploads to sign. */
export interface PartSeries {
  readonly address: Pick<SignableRequest, "origin" | "path">;
  readonly uploadId: string;
  readonly parts: readonly PartToSign[];
  readonly at: EpochMs;
  /** 1 to 604,800. */
  readonly seconds: number;
}

/** A part and the length that its URL is bound to. */
export interface PartToSign {
  /** From 1. */
  readonly number: number;
  /** Bytes. Signed as `content-length`, which every client sends by itself: no other length is taken. */
  readonly size: number;
}

/** URLs for `PUT`, one for each part, in the order given. */
export function partUrls(signer: Signer, { address, uploadId, parts, at, seconds }: PartSeries): readonly string[] {
  const request = { method: "PUT", ...address, query: { uploadId }, headers: {} };
  const url = signer.signUrls(request, at, seconds);
  return parts.map(({ number, size }) =>
    url({ query: { partNumber: String(number) }, headers: { "content-length": String(size) } }),
  );
}
