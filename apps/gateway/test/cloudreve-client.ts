import { request } from "node:http";
import type { ClientRequest } from "node:http";

/** Cloudreve's envelope: `code` 0 is success. */
export interface Envelope<Data> {
  readonly code: number;
  readonly msg: string;
  readonly data: Data;
}

/** What the client needs of a session credential. */
export interface Credential {
  readonly session_id: string;
  readonly chunk_size: number;
}

export async function call<Data>(url: string, method: string, path: string, body?: unknown): Promise<Envelope<Data>> {
  const isJson = body !== undefined && !(body instanceof Uint8Array);
  const response = await fetch(`${url}/api/v4${path}`, {
    method,
    ...(body === undefined ? {} : { body: isJson ? JSON.stringify(body) : (body as Uint8Array<ArrayBuffer>) }),
    headers: { "content-type": isJson ? "application/json" : "application/octet-stream" },
  });
  return (await response.json()) as Envelope<Data>;
}

export async function openUpload(url: string, name: string, size: number): Promise<Credential> {
  const body = { uri: `cloudreve://my/${name}`, size, policy_id: "default", mime_type: "application/octet-stream" };
  const { code, msg, data } = await call<Credential>(url, "PUT", "/file/upload", body);
  if (code !== 0) throw new Error(`no upload session: ${code} ${msg}`);
  return data;
}

export function sendChunk(url: string, id: string, index: number, bytes: Uint8Array): Promise<Envelope<null>> {
  return call(url, "POST", `/file/upload/${id}/${index}`, bytes);
}

/** A chunk of which the first half was sent; `finish` sends the rest and resolves with the code of the answer. */
export interface HalfChunk {
  finish(): Promise<number>;
  readonly sending: ClientRequest;
}

export async function sendHalf(url: string, id: string, index: number, bytes: Uint8Array): Promise<HalfChunk> {
  const sending = request(`${url}/api/v4/file/upload/${id}/${index}`, {
    method: "POST",
    headers: { "content-length": bytes.byteLength },
  });
  const answered = new Promise<number>((resolve, reject) => {
    sending.once("error", reject);
    sending.once("response", (response) => {
      let text = "";
      response.on("data", (piece) => (text += String(piece)));
      response.once("end", () => resolve((JSON.parse(text) as Envelope<null>).code));
      response.once("error", reject);
    });
  });
  answered.catch(() => {});
  const half = Math.floor(bytes.byteLength / 2);
  await new Promise((resolve) => sending.write(bytes.subarray(0, half), resolve));
  return {
    sending,
    finish: () => {
      sending.end(bytes.subarray(half));
      return answered;
    },
  };
}

export async function download(url: string, name: string): Promise<Uint8Array> {
  const body = { uris: [`cloudreve://my/${name}`] };
  const { data } = await call<{ urls: { url: string }[] }>(url, "POST", "/file/url", body);
  return readSigned(data.urls[0]?.url ?? "");
}

export async function readSigned(signed: string): Promise<Uint8Array> {
  const response = await fetch(signed);
  if (response.status !== 200) throw new Error(`no download: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
