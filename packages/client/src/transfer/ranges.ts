import { asFailure } from "../failure.js";
import { parse } from "../http/failure-of.js";
import type { Answer } from "../http/exchange.js";
import type { SessionInfo, SignedRequest } from "../http/wire.js";
import { persist } from "../retry/persist.js";
import type { SourceBytes } from "../source-bytes.js";
import type { Task } from "../task.js";
import { directLane, renewGrant, unusable } from "./direct.js";
import type { Lane } from "./direct.js";
import { checkReadable, readChunk } from "./read-chunk.js";

/** Slices in a row of which a backend may keep nothing. */
const mostIdle = 3;
/** GCS's answer to a slice after which others come. To anybody else it is a redirection. */
const goesOn = 308;

/**
 * Sends the file to one URL by `Content-Range` slices in order, as GCS (308 with `Range`) and OneDrive (202 with
 * `nextExpectedRanges`) take them. After each trouble the backend is asked how far it is.
 *
 * @throws {UploadFailure} `DIRECT_UNUSABLE`
 */
export async function sendRanges(task: Task, session: SessionInfo, first: SignedRequest): Promise<void> {
  const { size, chunkSize } = session;
  const { progress } = task;
  // All of it counts as one: a backend knows nothing of our chunks.
  progress.reset();
  const lane = directLane({ works: false }, task.source, goesOn);
  let request: SignedRequest | null = first;
  // What was read in an earlier life may have arrived; then the backend is asked first.
  let offset: number | null = task.memory.crc(0) === undefined ? 0 : null;
  let idle = 0;
  while (offset === null || offset < size) {
    offset = await persist(task, async (signal): Promise<number> => {
      try {
        const signed = (request ??= (await renewGrant(task, session, "ranges")).request);
        const from = offset ?? (await askOffset(lane, signed, size, signal));
        progress.report(0, from);
        if (from >= size) return size;
        const end = Math.min(from + chunkSize, size);
        const answer = await lane.send(signed, await readSlice(task, session, from, end), {
          signal,
          range: `bytes ${from}-${end - 1}/${size}`,
          onSent: (sent) => progress.report(0, Math.min(from + sent, end)),
        });
        const next = nextOffset(lane, answer, size) ?? end;
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
  progress.report(0, size);
}

/** A backend keeps what it likes of a slice, so the next one may begin anywhere; only a whole chunk gives a checksum. */
async function readSlice(
  task: Task,
  session: SessionInfo,
  start: number,
  end: number,
): Promise<SourceBytes | Uint8Array<ArrayBuffer>> {
  if (start % session.chunkSize === 0) return readChunk(task, session, start / session.chunkSize);
  await checkReadable(task.source);
  return task.source.data.slice(start, end);
}

/** Where the backend goes on; `null`: it does not say, so it has all that came. @throws {UploadFailure} as `Lane.check` */
function nextOffset(lane: Lane, answer: Answer, size: number): number | null {
  lane.check(answer);
  const { status, header, text } = answer;
  const [range] = (parse(text)?.["nextExpectedRanges"] ?? []) as readonly unknown[];
  if (typeof range === "string") return Number.parseInt(range, 10) || 0;
  if (status === goesOn) return Number(/(\d+)$/.exec(header("range") ?? "")?.[1] ?? -1) + 1;
  return status < 202 ? size : null;
}

/** Asks in GCS's way, and where that is no question to the backend, in OneDrive's. */
async function askOffset(lane: Lane, request: SignedRequest, size: number, signal: AbortSignal): Promise<number> {
  let answer = await lane.send(request, new Uint8Array(), { signal, range: `bytes */${size}` });
  if (/^4(?!0[13])/.test(String(answer.status)))
    answer = await lane.send({ ...request, method: "GET", headers: {} }, undefined, { signal });
  return nextOffset(lane, answer, size) ?? 0;
}
