import { chunkRange, type OpenedUpload, type Reply } from "./cloudreve-client.js";
import { sendChunk } from "./send-chunk.js";
import type { SourceFile } from "./source-file.js";

/** Which chunks go, and who hears of it. */
export interface Batch {
  readonly source: SourceFile;
  /** In this order. */
  readonly indices: readonly number[];
  readonly parallel: number;
  /** Called for every answer with code 0. */
  readonly onAcknowledged?: (index: number) => void;
  /** Called before each piece of a body. */
  readonly onPiece?: (bytes: number) => void;
}

/** What became of a batch. */
export interface BatchReport {
  /** Bodies whose line broke before an answer came. The batch ends with the first. */
  readonly broken: readonly number[];
  /** Answers other than success. */
  readonly refused: readonly Reply[];
}

/** Sends chunks side by side to one gateway, until all are answered or the line breaks. */
export async function sendChunks(url: string, upload: OpenedUpload, batch: Batch): Promise<BatchReport> {
  const waiting = [...batch.indices];
  const broken: number[] = [];
  const refused: Reply[] = [];
  const sending = batch.onPiece === undefined ? {} : { onPiece: batch.onPiece };
  const send = async (): Promise<void> => {
    for (let index = waiting.shift(); index !== undefined && broken.length === 0; index = waiting.shift()) {
      const { start, end } = chunkRange(upload, index);
      const reply = await sendChunk(url, upload, index, batch.source.read(start, end), sending).catch(() => null);
      if (reply === null) broken.push(index);
      else if (reply.code !== 0) refused.push(reply);
      else batch.onAcknowledged?.(index);
    }
  };
  await Promise.all(Array.from({ length: batch.parallel }, send));
  return { broken, refused };
}
