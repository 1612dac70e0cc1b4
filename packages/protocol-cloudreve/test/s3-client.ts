import type { Reply, TestSite } from "./site.js";

/** Sends a request as a browser does, with no more header fields than the web client sets. */
export type Send = (method: string, url: string, body: Uint8Array) => Promise<Answered>;

/** An answer of the store, or of us in its place. */
export interface Answered {
  readonly status: number;
  readonly etag: string;
  readonly text: string;
}

/** By `fetch` for the store's URLs, and straight to the site for its own. */
export function sender(site: TestSite): Send {
  return async (method, url, body) => {
    if (url.startsWith("http://files.test")) {
      const reply = await site.send(method, url, { as: null, body });
      return { status: reply.status, etag: reply.headers["etag"] ?? "", text: reply.raw.toString() };
    }
    const headers = { "content-type": "application/octet-stream" };
    const response = await fetch(url, { method, headers, body: Buffer.from(body), redirect: "error" });
    return { status: response.status, etag: response.headers.get("etag") ?? "", text: await response.text() };
  };
}

/** Puts one chunk where the credential says; throws unless it is taken. Its ETag. */
export async function putChunk(send: Send, session: Reply["data"], whole: Buffer, index: number): Promise<string> {
  const size = session.chunk_size === 0 ? whole.length : session.chunk_size;
  const chunk = whole.subarray(index * size, (index + 1) * size);
  const { status, etag, text } = await send("PUT", session.upload_urls[index], chunk);
  if (status !== 200 || etag === "") throw new Error(`part ${index}: ${status} ${text}`);
  return etag;
}

/** The list of parts exactly as the web client writes it. */
export function partList(etags: readonly string[]): Buffer {
  const parts = etags.map((etag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${etag}</ETag></Part>`);
  return Buffer.from(`<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`);
}

/** All chunks, three at a time, and the completion at the store; throws unless both are taken. */
export async function putAll(send: Send, session: Reply["data"], whole: Buffer): Promise<void> {
  const etags: string[] = [];
  const left: number[] = session.upload_urls.map((_: string, index: number) => index);
  const lane = async (): Promise<void> => {
    for (let index = left.shift(); index !== undefined; index = left.shift())
      etags[index] = await putChunk(send, session, whole, index);
  };
  await Promise.all([lane(), lane(), lane()]);
  const { status, text } = await send("POST", session.completeURL, partList(etags));
  if (status !== 200 || !/<CompleteMultipartUploadResult\b/.test(text)) throw new Error(`complete: ${status} ${text}`);
}

/** `GET /callback/s3/…`, as the web client ends an upload. */
export function callBack(site: TestSite, session: Reply["data"]): Promise<Reply> {
  return site.send("GET", `/callback/s3/${session.session_id}/${session.callback_secret}`, { as: null });
}
