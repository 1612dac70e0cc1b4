import { UploadFailure } from "../failure.js";
import { ask } from "../http/ask.js";
import { failureOf } from "../http/failure-of.js";
import { send } from "../http/send.js";
import type { Answer, Body, Outgoing } from "../http/exchange.js";
import type { Grant, SessionInfo, SignedRequest } from "../http/wire.js";
import type { UploadSource } from "../source.js";
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

/** One thing on its way to the backend. What is thrown may be tried again, but for `DIRECT_UNUSABLE`. */
export interface Lane {
  /** The answer, whatever it is. `range`: for `Content-Range`. @throws {UploadFailure} `NETWORK`, `DIRECT_UNUSABLE` */
  send(
    request: Omit<Outgoing, "body" | "signal" | "onSent">,
    body: Body | undefined,
    more: { readonly signal: AbortSignal; readonly onSent?: (bytes: number) => void; readonly range?: string },
  ): Promise<Answer>;
  /** Nothing where the answer is a success. @throws {UploadFailure} `GRANT_REFUSED`, `DIRECT_UNUSABLE`, `BAD_ANSWER` */
  check(answer: Answer): void;
}

/** What becomes of one thing that goes to the backend, over its attempts; `success`: a status that is one, too. */
export function directLane(direct: Direct, { send: own }: UploadSource, success?: number): Lane {
  let silent = 0;
  let refused = 0;
  return {
    send: ({ method, url, headers }, body, { range, ...more }) =>
      send({ method, url, headers: fieldsOf(headers, body, range), body, ...more }, own).catch((error: unknown) => {
        silent += 1;
        throw more.signal.aborted || direct.works || silent < mostSilent ? error : unusable(error);
      }),
    check: (answer) => {
      const { status } = answer;
      if (status < 300 || status === success) {
        direct.works = true;
        refused = 0;
        return;
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

/** What the platform says itself, it wants not to be told: host and length, and of a form its boundary. */
function fieldsOf(
  headers: SignedRequest["headers"],
  body: Body | undefined,
  range: string | undefined,
): Record<string, string> {
  const own = body instanceof FormData ? /^(host|content-)/i : /^(host|content-length)$/i;
  const fields: Record<string, string> = range === undefined ? {} : { "content-range": range };
  for (const name in headers) if (!own.test(name)) fields[name] = headers[name] ?? "";
  return fields;
}

/** A grant that has expired, or was signed with a key that is gone; a slice that is not the next one. */
function isRefusal(status: number): boolean {
  return [401, 403, 409, 416].includes(status);
}

/** The backend cannot be used from here: word for ourselves, which no application hears. */
export function unusable(cause: unknown): UploadFailure {
  return new UploadFailure("DIRECT_UNUSABLE", "", { cause });
}

/** Asks the server for a slice. */
export function askGrant(task: Task, { id }: SessionInfo, start: number, end: number): Promise<Grant> {
  return ask(task, "POST", `/sessions/${id}/grant`, { start, end });
}

/** A fresh grant for all of it. @throws {UploadFailure} `DIRECT_UNUSABLE` where it is of another kind by now */
export async function renewGrant<Kind extends Grant["kind"]>(
  task: Task,
  session: SessionInfo,
  kind: Kind,
): Promise<Grant & { readonly kind: Kind }> {
  const grant = await askGrant(task, session, 0, session.chunkCount);
  if (grant.kind !== kind) throw unusable(grant.kind);
  return grant as Grant & { readonly kind: Kind };
}
