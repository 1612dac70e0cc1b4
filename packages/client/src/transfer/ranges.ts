import { asFailure } from "../failure.js";
import { failureOf, parse } from "../http/failure-of.js";
import { send } from "../http/send.js";
import type { Answer } from "../http/exchange.js";
import type { SessionInfo, SignedRequest } from "../http/wire.js";
import { persist } from "../retry/persist.js";
import type { Task } from "../task.js";
import { directLane, renewGrant, unusable } from "./direct.js";
import { checkReadable, readChunk } from "./read-chunk.js";

/** Slices in a row of which a backend may keep nothing. */
const mostIdle = 3;

/**
 * Sends the file to one URL by `Content-Range` slices in order, as GCS (308 with `Range`) and OneDrive (202 with
 * `nextExpectedRanges`) take them. After each trouble the backend is asked how far it is.
 *
 * @throws {UploadFailure} `DIRECT_UNUSABLE`
 */
export async function sendRanges(task: Task, session: SessionInfo, first: SignedRequest): Promise<void> {
  const { size, chunkSize } = session;
  const lane = directLane({ works: false }, task.source);
  let request: SignedRequest | null = first;
  // What was read in an earlier life may have arrived; then the backend is asked first.
  let offset: number | null = task.memory.crc(0) === undefined ? 0 : null;
  let idle = 0;
  while (offset === null || offset < size) {
    offset = await persist(task, async (signal): Promise<number> => {
      try {
        const signed = (request ??= (await renewGrant(task, session, "ranges")).request);
        const from = offset ?? (await askOffset(signed, size, signal));
        report(task, session, from);
        if (from >= size) return size;
        const end = Math.min(from + chunkSize, size);
        const answer = await lane.send(signed, await readSlice(task, session, from, end), {
          signal,
          range: `bytes ${from}-${end - 1}/${size}`,
          onSent: (sent) => report(task, session, Math.min(from + sent, end)),
        });
        const next = nextOffset(answer, size) ?? end;
        idle = next > from ? 0 : idle + 1;
        if (idle >= mostIdle) throw unusable(next);
        return next;
      } catch (error) {
        offset = null;
        if (asFailure(error).code === "GRANT_REFUSED") request = null;
        throw error;
      }
    });
  }
  report(task, session, size);
}

/** A backend keeps what it likes of a slice, so the next one may begin anywhere; only a whole chunk gives a checksum. */
async function readSlice(
  task: Task,
  session: SessionInfo,
  start: number,
  end: number,
): Promise<Blob | Uint8Array<ArrayBuffer>> {
  if (start % session.chunkSize === 0) return readChunk(task, session, start / session.chunkSize);
  await checkReadable(task.source);
  return task.source.data.slice(start, end);
}

/** What is stored, chunk by chunk. */
function report({ progress }: Task, { chunkSize, chunkCount }: SessionInfo, offset: number): void {
  for (let index = 0; index < chunkCount; index += 1)
    progress.report(index, Math.max(0, Math.min(offset - index * chunkSize, chunkSize)));
}

/** Where the backend goes on; `null`: it does not say, so it has all that came. */
function nextOffset({ status, header, text }: Answer, size: number): number | null {
  if (status === 200 || status === 201) return size;
  const [range] = (parse(text)?.["nextExpectedRanges"] ?? []) as readonly unknown[];
  if (typeof range === "string") return Number.parseInt(range, 10);
  if (status !== 308) return null;
  const stored = /(\d+)$/.exec(header("range") ?? "");
  return stored === null ? 0 : Number(stored[1]) + 1;
}

/** Asks in GCS's way, and where that is no question to the backend, in OneDrive's. */
async function askOffset({ url, headers }: SignedRequest, size: number, signal: AbortSignal): Promise<number> {
  const body = new Uint8Array();
  const asked = await send({
    method: "PUT",
    url,
    headers: { ...headers, "content-range": `bytes */${size}` },
    body,
    signal,
  });
  if (asked.status < 300 || asked.status === 308) return nextOffset(asked, size) ?? 0;
  const answer = asked.status < 500 ? await send({ method: "GET", url, headers: {}, signal }) : asked;
  if (answer.status >= 300) throw failureOf(answer);
  return nextOffset({ ...answer, status: 202 }, size) ?? 0;
}
