import { UploadFailure } from "../failure.js";
import { failureOf } from "../http/failure-of.js";
import { send } from "../http/send.js";
import type { Answer, Body } from "../http/send.js";
import type { Grant, SessionInfo, SignedRequest } from "../http/wire.js";
import { persist } from "../retry/persist.js";
import type { Task } from "../task.js";

/** How a session gets on with its backend. */
export interface Direct {
  /** The backend took something, so what fails later is worth waiting for. */
  works: boolean;
}

/** Attempts without an answer before the first success: a page that may not (CORS) cannot be told from a broken line. */
const mostSilent = 2;
/** Refusals in a row, each of a fresh grant. */
const mostRefused = 3;

/**
 * What becomes of one thing that goes to the backend, over its attempts.
 *
 * @throws {UploadFailure} `DIRECT_UNUSABLE` where the server has to carry the bytes; else what may be tried again
 */
export function directLane(direct: Direct): {
  send(
    request: SignedRequest,
    body: Body,
    more: { readonly signal: AbortSignal; readonly onSent?: (bytes: number) => void; readonly range?: string },
  ): Promise<Answer>;
} {
  let silent = 0;
  let refused = 0;
  return {
    send: async ({ method, url, headers }, body, { range, ...more }) => {
      const fields = Object.entries(headers).filter(([name]) => !/^(host|content-length)$/i.test(name));
      const all = { ...Object.fromEntries(fields), ...(range === undefined ? {} : { "content-range": range }) };
      const answer = await send({ method, url, headers: all, body, ...more }).catch((error: unknown) => {
        silent += 1;
        throw more.signal.aborted || direct.works || silent < mostSilent ? error : unusable(error);
      });
      const { status } = answer;
      if (status < 300 || status === 308) {
        direct.works = true;
        refused = 0;
        return answer;
      }
      const failure = failureOf(answer);
      if (isRefusal(status)) {
        refused += 1;
        if (refused < mostRefused)
          throw new UploadFailure("GRANT_REFUSED", "grant refused", { status, retryable: true });
      }
      throw failure.retryable ? failure : unusable(failure);
    },
  };
}

/** A grant that has expired, or was signed with a key that is gone. */
function isRefusal(status: number): boolean {
  return status === 401 || status === 403;
}

/** The backend cannot be used from here. */
export function unusable(cause: unknown): UploadFailure {
  return new UploadFailure("DIRECT_UNUSABLE", "the backend cannot be used from here", { cause });
}

/** Asks the server for a slice. */
export async function askGrant(task: Task, { id }: SessionInfo, start: number, end: number): Promise<Grant> {
  return persist(
    task,
    async (signal) =>
      (await task.api.call("POST", `/sessions/${id}/grant`, { start, end }, { signal })) as unknown as Grant,
  );
}
