import type { CallOptions, Probed } from "@stowage/core";
import { findLate } from "./complete/begin-late.js";
import { innerSink, type RelayUpload } from "./relay-upload.js";

/** Whether the inner backend has the object, or still knows the upload. Pieces say nothing about who knows of them. */
export async function probe(upload: RelayUpload, options: CallOptions): Promise<Probed> {
  const begun = upload.handle.grid.kind === "whole" ? await findLate(upload) : upload;
  if (begun !== null) {
    const probed = await innerSink(begun).probe(options);
    return probed.kind === "open" ? { kind: "open", parts: null } : probed;
  }
  const object = (await upload.context.inner.objects?.stat(upload.target.key, options)) ?? null;
  return object === null ? { kind: "open", parts: null } : { kind: "complete", object };
}
