/** A session of the native front-end, as far as the client here looks. */
export interface NativeSession {
  readonly id: string;
  readonly state: string;
  readonly size: number;
  readonly chunkSize: number;
  readonly chunkCount: number;
  readonly transfer: string;
}

interface NativeGrant {
  readonly requests: readonly { readonly method: string; readonly url: string }[];
}

/** `POST /uploads/sessions`. */
export function openSession(url: string, path: string, size: number): Promise<NativeSession> {
  return call(`${url}/uploads/sessions`, "POST", { path, size });
}

/** `POST …/complete`. */
export function completeSession(url: string, { id }: NativeSession): Promise<NativeSession> {
  return call(`${url}/uploads/sessions/${id}/complete`, "POST", {});
}

/** Signed requests for all chunks, in their order. */
export async function grantAll(url: string, { id, chunkCount }: NativeSession): Promise<NativeGrant["requests"]> {
  const slice = { start: 0, end: chunkCount };
  return (await call<NativeGrant>(`${url}/uploads/sessions/${id}/grant`, "POST", slice)).requests;
}

/** Sends raw bytes; rejects where they are refused. */
export async function sendBytes(url: string, method: string, body: Buffer<ArrayBuffer>): Promise<void> {
  const answer = await fetch(url, { method, body });
  if (!answer.ok) throw new Error(`${method}: ${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
}

async function call<Data>(url: string, method: string, body: object): Promise<Data> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(url, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Data;
}
