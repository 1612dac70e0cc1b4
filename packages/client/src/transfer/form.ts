import { asFailure } from "../failure.js";
import type { Grant, SessionInfo } from "../http/wire.js";
import { persist } from "../retry/persist.js";
import type { Task } from "../task.js";
import { askGrant, directLane, unusable } from "./direct.js";
import { checkReadable } from "./read-chunk.js";

type Form = Grant & { readonly kind: "form" };

/**
 * Sends the whole file as one multipart body, its bytes last, as Upyun takes it.
 *
 * @throws {UploadFailure} `DIRECT_UNUSABLE`, `SOURCE_CHANGED`
 */
export async function sendForm(task: Task, session: SessionInfo, first: Form): Promise<void> {
  const { source, progress } = task;
  const lane = directLane({ works: false });
  let grant: Form | null = first;
  await persist(task, async (signal) => {
    progress.report(0, 0);
    await checkReadable(source);
    const { fields, request: signed } = (grant ??= await renew(task, session));
    const body = new FormData();
    for (const name in fields) body.append(name, fields[name] ?? "");
    body.append("file", source.data, source.name);
    // The platform names the boundary itself.
    const headers = Object.entries(signed.headers).filter(([name]) => name.toLowerCase() !== "content-type");
    const request = { ...signed, headers: Object.fromEntries(headers) };
    try {
      await lane.send(request, body, { signal, onSent: (sent) => progress.report(0, sent) });
    } catch (error) {
      if (asFailure(error).code === "GRANT_REFUSED") grant = null;
      throw error;
    }
  });
  progress.report(0, session.size);
}

async function renew(task: Task, session: SessionInfo): Promise<Form> {
  const grant = await askGrant(task, session, 0, session.chunkCount);
  if (grant.kind !== "form") throw unusable(grant.kind);
  return grant;
}
