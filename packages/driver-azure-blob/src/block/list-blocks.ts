import type { CallOptions } from "@stowage/core";
import type { AzureContext } from "../context.js";
import { isUnknown, toUploadError } from "../errors.js";

/** A block as the service lists it. */
export interface ListedBlock {
  /** Base64. */
  readonly id: string;
  /** Bytes. */
  readonly size: number;
}

/** All blocks of a blob. */
export interface ListedBlocks {
  readonly committed: readonly ListedBlock[];
  readonly uncommitted: readonly ListedBlock[];
  /** Quoted. `null`: nothing is committed. */
  readonly etag: string | null;
}

/** What the service has of a blob. `null`: nothing. */
export async function listBlocks(
  { control }: AzureContext,
  blob: string,
  options: CallOptions,
): Promise<ListedBlocks | null> {
  const call = { operation: "GetBlockList" };
  const answer = await control.ask(call, options, (abortSignal) =>
    control.blob(blob).getBlockList("all", { abortSignal }),
  );
  if (answer.kind === "refused") {
    if (isUnknown(answer.failure)) return null;
    // A client with a signed URL may have made a blob of another kind.
    if (answer.failure.code === "InvalidBlobType") return { committed: [], uncommitted: [], etag: null };
    throw toUploadError(answer.failure, call);
  }
  const { committedBlocks = [], uncommittedBlocks = [], etag } = answer.output;
  return { committed: committedBlocks.map(own), uncommitted: uncommittedBlocks.map(own), etag: etag ?? null };
}

function own({ name, size }: { readonly name: string; readonly size: number }): ListedBlock {
  return { id: name, size };
}
