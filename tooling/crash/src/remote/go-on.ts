import { setTimeout as sleep } from "node:timers/promises";
import { askProgress, chunkIndices, type OpenedUpload, type UploadProgress } from "../cloudreve-client.js";
import { sendChunks } from "../send-chunks.js";
import type { SourceFile } from "../source-file.js";
import { chunkOf, type NodeUpload, sendToNode } from "./node-client.js";

/** An upload that goes on until it is done, whatever breaks. */
export interface Journey {
  /** The master, as the client reaches it. */
  readonly url: string;
  /** Through the master where no node is named. */
  readonly upload: NodeUpload | OpenedUpload;
  readonly source: SourceFile;
  /** How long it may take. Default: a minute. */
  readonly patienceMs?: number;
}

/**
 * Asks what is missing and sends it, again and again, until the master says that the upload is completed. A chunk that was
 * acknowledged and is asked for again makes it reject, and so does an upload that ends in another way.
 */
export async function goOn({ url, upload, source, patienceMs = 60_000 }: Journey): Promise<void> {
  const acknowledged = new Set<number>();
  for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(50)) {
    const progress = await ask(url, upload);
    if (progress?.state === "completed") return;
    if (progress === null) continue;
    if (progress.state !== "open" && progress.state !== "completing")
      throw new Error(`the upload is ${progress.state}`);
    const lost = progress.missingChunks.filter((index) => acknowledged.has(index));
    if (lost.length > 0) throw new Error(`chunks ${lost.join(", ")} were acknowledged, and are missing`);
    // A chunk that brought no answer goes again, as clients do it: the last one may have failed for what comes after it.
    const unanswered = chunkIndices(upload).filter((index) => !acknowledged.has(index));
    const indices = progress.missingChunks.length > 0 ? progress.missingChunks : unanswered;
    await send({ url, upload, source }, indices, (index) => void acknowledged.add(index));
  }
  throw new Error(`${upload.uri} is not done within ${patienceMs} ms: ${JSON.stringify(await ask(url, upload))}`);
}

/** `null`: nobody knows at the moment. */
async function ask(url: string, upload: OpenedUpload): Promise<UploadProgress | null> {
  return askProgress(url, upload).catch(() => null);
}

/** Until the first that fails. */
async function send(
  { url, upload, source }: Journey,
  indices: readonly number[],
  onAcknowledged: (index: number) => void,
): Promise<void> {
  if (!("nodeUrl" in upload)) {
    await sendChunks(url, upload, { source, indices, parallel: 2, onAcknowledged });
    return;
  }
  for (const index of indices) {
    const reply = await sendToNode(upload, index, chunkOf(source, upload, index)).catch(() => null);
    if (reply?.code !== 0) return;
    onAcknowledged(index);
  }
}
