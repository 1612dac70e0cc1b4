import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { chunkIndices, type Reply } from "../cloudreve-client.js";
import type { SourceFile } from "../source-file.js";
import { chunkOf, type NodeUpload } from "./node-client.js";

/** Whether there is one. */
export function hasCurl(): Promise<boolean> {
  return run(["--version"]).then(
    () => true,
    () => false,
  );
}

/** Sends all chunks with curl, one after the other; the node's answers. */
export async function curlChunks(upload: NodeUpload, source: SourceFile): Promise<readonly Reply[]> {
  const folder = await mkdtemp(join(tmpdir(), "stowage-curl-"));
  const file = join(folder, "chunk");
  const replies: Reply[] = [];
  try {
    for (const index of chunkIndices(upload)) {
      await writeFile(file, chunkOf(source, upload, index));
      const headers = ["-H", `Authorization: ${upload.credential}`, "-H", "Content-Type: application/octet-stream"];
      const to = `${upload.nodeUrl}?chunk=${index}`;
      replies.push(JSON.parse(await run(["-X", "POST", "-T", file, ...headers, to])) as Reply);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  return replies;
}

async function run(given: readonly string[]): Promise<string> {
  return (await promisify(execFile)("curl", ["--silent", "--show-error", ...given])).stdout;
}
