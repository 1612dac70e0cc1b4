import { asFailure } from "../failure.js";
import { failureOf, parse } from "../http/failure-of.js";
import { send } from "../http/send.js";
import type { Answer } from "../http/send.js";
import type { SessionInfo, SignedRequest } from "../http/wire.js";
import { persist } from "../retry/persist.js";
import type { Task } from "../task.js";
import { askGrant, directLane, unusable } from "./direct.js";
import { readChunk } from "./read-chunk.js";

/**
 * Sends the file to one URL by `Content-Range` slices in order, as GCS (308 with `Range`) and OneDrive (202 with
 * `nextExpectedRanges`) take them. After each trouble the backend is asked how far it is.
 *
 * @throws {UploadFailure} `DIRECT_UNUSABLE`
 */
export async function sendRanges(task: Task, session: SessionInfo, first: SignedRequest): Promise<void> {
  const { size, chunkSize } = session;
  const { progress } = task;
  const lane = directLane({ works: false });
  let request: SignedRequest | null = first;
  // Not known at the beginning: the session may have been begun before a reload.
  let offset: number | null = session.received === 0 ? 0 : null;
  while (offset === null || offset < size) {
    offset = await persist(task, async (signal): Promise<number> => {
      try {
        const signed = (request ??= await renew(task, session));
        const from = offset ?? (await askOffset(signed, size, signal));
        report(task, session, from);
        if (from >= size) return size;
        const index = Math.floor(from / chunkSize);
        const bytes = await readChunk(task, session, index);
        const body = bytes.slice(from - index * chunkSize);
        const end = Math.min((index + 1) * chunkSize, size);
        const answer = await lane.send(signed, body as typeof bytes, {
          signal,
          range: `bytes ${from}-${end - 1}/${size}`,
          onSent: (sent) => progress.report(index, from - index * chunkSize + sent),
        });
        return nextOffset(answer, size) ?? end;
      } catch (error) {
        offset = null;
        if (asFailure(error).code === "GRANT_REFUSED") request = null;
        throw error;
      }
    });
  }
  report(task, session, size);
}

/** What is stored, chunk by chunk. */
function report({ progress }: Task, { size, chunkSize, chunkCount }: SessionInfo, offset: number): void {
  for (let index = 0; index < chunkCount; index += 1) {
    const start = index * chunkSize;
    progress.report(index, Math.max(0, Math.min(offset - start, chunkSize, size - start)));
  }
}

async function renew(task: Task, session: SessionInfo): Promise<SignedRequest> {
  const grant = await askGrant(task, session, 0, session.chunkCount);
  if (grant.kind !== "ranges") throw unusable(grant.kind);
  return grant.request;
}

/** Where the backend goes on; `null`: it does not say, so it has all that came. */
function nextOffset({ status, header, text }: Answer, size: number): number | null {
  if (status === 200 || status === 201) return size;
  const [range] = (parse(text)?.["nextExpectedRanges"] ?? []) as readonly unknown[];
  if (typeof range === "string") return Number.parseInt(range, 10);
  const stored = /(\d+)$/.exec(header("range") ?? "");
  return stored === null ? null : Number(stored[1]) + 1;
}

/** Asks in GCS's way, and where that is no question to the backend, in OneDrive's. */
async function askOffset({ url, headers }: SignedRequest, size: number, signal: AbortSignal): Promise<number> {
  const asked = await send({
    method: "PUT",
    url,
    headers: { ...headers, "content-range": `bytes */${size}` },
    body: new Uint8Array(),
    signal,
  });
  if (asked.status < 300 || asked.status === 308) return nextOffset(asked, size) ?? 0;
  const answer = asked.status < 500 ? await send({ method: "GET", url, headers: {}, signal }) : asked;
  if (answer.status >= 300) throw failureOf(answer);
  const next =
    parse(answer.text)?.["nextExpectedRanges"] === undefined ? 0 : nextOffset({ ...answer, status: 202 }, size);
  return next ?? 0;
}
