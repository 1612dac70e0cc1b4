import { combine } from "../checksum/combine.js";
import { crc32 } from "../checksum/crc32.js";
import { UploadFailure } from "../failure.js";
import type { SessionInfo } from "../http/wire.js";
import type { UploadSource } from "../source.js";
import type { SourceBytes } from "../source-bytes.js";
import type { Task } from "../task.js";

/** Chunks up to this size are read once, into memory; longer ones are read in pieces for their checksum, and again to go out. */
const piece = 16 * 1024 * 1024;

/** What reading takes of a session. */
type Cut = Pick<SessionInfo, "chunkSize" | "size">;

/**
 * The bytes of a chunk, whose CRC-32 is remembered.
 *
 * @throws {UploadFailure} `SOURCE_CHANGED`
 */
export async function readChunk(
  { source, memory }: Pick<Task, "source" | "memory">,
  { chunkSize, size }: Cut,
  index: number,
): Promise<SourceBytes | Uint8Array<ArrayBuffer>> {
  const slice = source.data.slice(index * chunkSize, Math.min((index + 1) * chunkSize, size));
  const known = memory.crc(index);
  let crc = 0;
  let bytes: Uint8Array<ArrayBuffer> | null = null;
  for (let at = 0; at < slice.size; at += piece) {
    bytes = await readAll(slice.slice(at, at + piece));
    crc = (source.crc32 ?? crc32)(bytes, crc);
  }
  if (known !== undefined && known !== crc) throw changed();
  memory.setCrc(index, crc);
  return bytes !== null && slice.size <= piece ? bytes : slice;
}

/** CRC-32 of the whole file as it was read; reads what is not known of it. @throws {UploadFailure} `SOURCE_CHANGED` */
export async function wholeCrc(
  task: Pick<Task, "source" | "memory">,
  session: Cut & Pick<SessionInfo, "chunkCount">,
): Promise<number> {
  const { size, chunkSize, chunkCount } = session;
  let whole = 0;
  for (let index = 0; index < chunkCount; index += 1) {
    if (task.memory.crc(index) === undefined) await readChunk(task, session, index);
    whole = combine(whole, task.memory.crc(index) as number, Math.min(chunkSize, size - index * chunkSize));
  }
  return whole;
}

/** Whether the file can still be read, without reading it. @throws {UploadFailure} `SOURCE_CHANGED` */
export async function checkReadable({ data }: UploadSource): Promise<void> {
  await readAll(data.slice(0, 1));
}

async function readAll(slice: SourceBytes): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await slice.arrayBuffer().catch((cause: unknown) => {
    throw changed(cause);
  });
  if (bytes.byteLength !== slice.size) throw changed();
  return new Uint8Array(bytes);
}

function changed(cause?: unknown): UploadFailure {
  return new UploadFailure("SOURCE_CHANGED", "the file changed", { cause });
}
