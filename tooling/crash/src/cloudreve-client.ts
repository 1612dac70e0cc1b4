import { createHash } from "node:crypto";

/** An answer of the Cloudreve API: code 0 is success. */
export interface Reply {
  readonly code: number;
  readonly msg: string;
}

/** An upload that was opened. */
export interface OpenedUpload {
  readonly id: string;
  readonly uri: string;
  readonly size: number;
  /** Bytes of every chunk but the last. */
  readonly chunkSize: number;
}

/** What the gateway says of an upload. */
export interface UploadProgress {
  readonly state: string;
  readonly received: number;
  /** Indices of the chunks that it asks for. */
  readonly missingChunks: readonly number[];
}

/** `PUT /file/upload`. Throws where it is refused. */
export async function openUpload(url: string, name: string, size: number): Promise<OpenedUpload> {
  const uri = `cloudreve://my/${name}`;
  const data = await call<{ session_id: string; chunk_size: number }>(url, "PUT", "/file/upload", { uri, size });
  return { id: data.session_id, uri, size, chunkSize: data.chunk_size };
}

/** `GET /file/upload/{id}`: what is missing. */
export async function askProgress(url: string, { id }: OpenedUpload): Promise<UploadProgress> {
  const data = await call<{ state: string; received: number; missing_chunks: number[] }>(
    url,
    "GET",
    `/file/upload/${id}`,
  );
  return { state: data.state, received: data.received, missingChunks: data.missing_chunks };
}

/** Bytes that count against the quota: stored, and reserved by unfinished uploads. */
export async function askUsedBytes(url: string): Promise<number> {
  return (await call<{ used: number }>(url, "GET", "/user/capacity")).used;
}

/** SHA-256, in hexadecimal digits, of what a signed URL of `POST /file/url` gives. */
export async function downloadSha256(url: string, { uri }: OpenedUpload): Promise<string> {
  const { urls } = await call<{ urls: { url: string }[] }>(url, "POST", "/file/url", { uris: [uri] });
  const response = await fetch(urls[0]?.url ?? "");
  if (response.status !== 200 || response.body === null) throw new Error(`the download answered ${response.status}`);
  const hash = createHash("sha256");
  for await (const piece of response.body) hash.update(piece);
  return hash.digest("hex");
}

/** Byte ranges, by chunk index. */
export function chunkRange({ chunkSize, size }: OpenedUpload, index: number): { start: number; end: number } {
  return { start: index * chunkSize, end: Math.min(size, (index + 1) * chunkSize) };
}

/** All indices of an upload. */
export function chunkIndices({ chunkSize, size }: OpenedUpload): number[] {
  return Array.from({ length: Math.ceil(size / chunkSize) }, (_, index) => index);
}

async function call<Data>(url: string, method: string, path: string, body?: object): Promise<Data> {
  const response = await fetch(`${url}/api/v4${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  const { code, msg, data } = (await response.json()) as Reply & { data: Data };
  if (code !== 0) throw new Error(`${method} ${path}: ${code} ${msg}`);
  return data;
}
