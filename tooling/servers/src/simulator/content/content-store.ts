import { mkdtemp, open, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { Content } from "./content.js";
import { fileContent, memoryContent } from "./kept-content.js";

/** Up to here bytes stay in memory: a file for each costs more than it holds. */
const smallSize = 64 * 1024;
const batchSize = 1024 * 1024;

/** Where the simulator keeps bytes: small contents in memory, the others in a file each. */
export interface ContentStore {
  /** Keeps what comes. Where the source fails, nothing is left. */
  receive(bytes: AsyncIterable<Uint8Array>): Promise<Content>;
  /** Removes everything. */
  close(): Promise<void>;
}

/** A store in a new folder inside `parent`, made with the first content that needs it. */
export function contentStore(parent: string): ContentStore {
  let folder: Promise<string> | null = null;
  let count = 0;
  const newFile = async (): Promise<string> => {
    folder ??= mkdtemp(join(parent, "s3-simulator-"));
    return join(await folder, String(++count));
  };
  return {
    receive: async (bytes) => {
      const batch: Uint8Array[] = [];
      let [held, size] = [0, 0];
      let file: { path: string; handle: FileHandle } | null = null;
      try {
        for await (const piece of bytes) {
          batch.push(piece);
          held += piece.byteLength;
          size += piece.byteLength;
          if (held < (file === null ? smallSize : batchSize)) continue;
          if (file === null) {
            const path = await newFile();
            file = { path, handle: await open(path, "wx+") };
          }
          await writeAll(file.handle, batch.splice(0));
          held = 0;
        }
        if (file === null) return memoryContent(Buffer.concat(batch));
        if (held > 0) await writeAll(file.handle, batch);
        await file.handle.close();
        return fileContent(file.path, size);
      } catch (error) {
        await file?.handle.close();
        if (file !== null) await rm(file.path, { force: true });
        throw error;
      }
    },
    close: async () => {
      if (folder !== null) await rm(await folder, { recursive: true, force: true });
    },
  };
}

async function writeAll(handle: FileHandle, pieces: Uint8Array[]): Promise<void> {
  const size = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  const { bytesWritten } = await handle.writev(pieces);
  // A disk that is full takes a part of it, and fails the next write.
  if (bytesWritten < size) await handle.appendFile(Buffer.concat(pieces).subarray(bytesWritten));
}
