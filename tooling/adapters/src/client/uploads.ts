import { randomUUID } from "node:crypto";

/** What both front-ends of the server under test are asked as. */
export interface Account {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly token: string;
}

/** An upload session of `@stowage/protocol-native`, as far as the cases look at it. */
export interface Session {
  readonly id: string;
  readonly state: string;
  readonly path: string;
  readonly size: number;
  readonly received: number;
  readonly chunkSize: number;
  readonly chunkCount: number;
  readonly missing?: readonly { readonly start: number; readonly end: number }[];
}

/** With the token, and without a cache of connections between cases. */
export function ask(account: Account, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (!headers.has("authorization")) headers.set("authorization", `Bearer ${account.token}`);
  return fetch(account.url + path, { ...init, headers });
}

/** The JSON of a 2xx. Throws with status and text otherwise. */
export async function askJson<Data>(account: Account, path: string, init: RequestInit = {}): Promise<Data> {
  const answer = await ask(account, path, init);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${init.method ?? "GET"} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as Data;
}

/** A type that compressors look for: downloads have to come as they are all the same. */
const contentType = "text/plain";

/** `path` is a new one, unless given. */
export function openSession(account: Account, size: number, path = `/${randomUUID()}.bin`): Promise<Session> {
  const headers = { "content-type": "application/json" };
  return askJson(account, "/uploads/sessions", {
    method: "POST",
    headers,
    body: JSON.stringify({ path, size, contentType }),
  });
}

/** The slice of a file that is one chunk. */
export function chunkOf({ chunkSize }: Session, content: Uint8Array, index: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(content.subarray(index * chunkSize, (index + 1) * chunkSize));
}

/** One chunk of `content`. Rejects where the line breaks. */
export function putChunk(account: Account, session: Session, content: Uint8Array, index: number): Promise<Response> {
  const body = chunkOf(session, content, index);
  return ask(account, `/uploads/sessions/${session.id}/chunks/${index}`, { method: "PUT", body });
}

/** How far it is. */
export function readSession(account: Account, { id }: Session): Promise<Session> {
  return askJson(account, `/uploads/sessions/${id}`);
}

/** A whole file in its chunks, one after the other. Throws where one is refused. */
export async function uploadFile(account: Account, content: Uint8Array, path?: string): Promise<Session> {
  const session = await openSession(account, content.length, path);
  for (let index = 0; content.length > 0 && index < session.chunkCount; index += 1) {
    const answer = await putChunk(account, session, content, index);
    if (!answer.ok) throw new Error(`chunk ${index}: ${answer.status} ${await answer.text()}`);
    await answer.arrayBuffer();
  }
  return session;
}

/** Where the bytes of a file are. */
export function contentPath(path: string): string {
  return `/uploads/files/content?path=${encodeURIComponent(path)}`;
}

/** The bytes of a file. */
export async function download(account: Account, path: string): Promise<Buffer> {
  const answer = await ask(account, contentPath(path));
  if (answer.status !== 200) throw new Error(`download: ${answer.status} ${await answer.text()}`);
  return Buffer.from(await answer.arrayBuffer());
}
