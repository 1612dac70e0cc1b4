import { asFailure } from "../failure.js";
import type { Grant, SessionInfo } from "../http/wire.js";
import { persist } from "../retry/persist.js";
import type { Task } from "../task.js";
import { directLane, renewGrant, unusable } from "./direct.js";
import { checkReadable } from "./read-chunk.js";

type Form = Grant & { readonly kind: "form" };

/**
 * Sends the whole file as one multipart body, its bytes last, as Upyun takes it.
 *
 * @throws {UploadFailure} `DIRECT_UNUSABLE`, `SOURCE_CHANGED`
 */
export async function sendForm(task: Task, session: SessionInfo, first: Form): Promise<void> {
  const { source, progress } = task;
  const lane = directLane({ works: false }, source);
  let grant: Form | null = first;
  await persist(task, async (signal) => {
    progress.report(0, 0);
    await checkReadable(source);
    const { fields, request } = (grant ??= await renewGrant(task, session, "form"));
    const file = source.blob === undefined ? (source.data as Blob) : await source.blob();
    if (file === null) throw unusable(file);
    const body = new FormData();
    for (const name in fields) body.append(name, fields[name] ?? "");
    body.append("file", file, source.name);
    try {
      lane.check(await lane.send(request, body, { signal, onSent: (sent) => progress.report(0, sent) }));
    } catch (error) {
      if (asFailure(error).code === "GRANT_REFUSED") grant = null;
      throw error;
    }
  });
  progress.report(0, session.size);
}
