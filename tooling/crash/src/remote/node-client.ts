import { type OpenedUpload, type Reply, chunkRange } from "../cloudreve-client.js";
import type { SourceFile } from "../source-file.js";

/** An upload whose chunks go straight to a node. */
export interface NodeUpload extends OpenedUpload {
  /** Where its chunks go, each by POST with its index in the query `chunk`. */
  readonly nodeUrl: string;
  /** Value of `Authorization`. */
  readonly credential: string;
}

/** What `PUT /file/upload` answers to a client of type `remote`. */
interface SessionAnswer {
  readonly session_id: string;
  readonly chunk_size: number;
  readonly uri: string;
  readonly upload_urls?: readonly string[];
  readonly credential?: string;
  readonly storage_policy: { readonly type: string };
}

/** `PUT /file/upload`; the URL that the node calls back is one of the same origin. Rejects where it is refused. */
export async function openAtNode(url: string, path: string, size: number): Promise<NodeUpload> {
  const uri = `cloudreve://my${path}`;
  const answer = await fetch(`${url}/api/v4/file/upload`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ uri, size }),
  });
  const { code, msg, data } = (await answer.json()) as Reply & { readonly data: SessionAnswer };
  if (code !== 0) throw new Error(`no upload session: ${code} ${msg}`);
  const [nodeUrl] = data.upload_urls ?? [];
  const { credential, storage_policy: policy } = data;
  if (policy.type !== "remote" || nodeUrl === undefined || credential === undefined)
    throw new Error(`an upload of type ${policy.type}`);
  // The web client takes a size of 0 for one chunk.
  const chunkSize = data.chunk_size === 0 ? Math.max(size, 1) : data.chunk_size;
  return { id: data.session_id, uri, size, chunkSize, nodeUrl, credential };
}

/** One chunk, as a browser sends it. Rejects where the line breaks, or something else than a node answers. */
export async function sendToNode(
  { nodeUrl, credential }: Pick<NodeUpload, "nodeUrl" | "credential">,
  index: number,
  body: Uint8Array,
): Promise<Reply> {
  const answer = await fetch(`${nodeUrl}?chunk=${index}`, {
    method: "POST",
    headers: { authorization: credential, "content-type": "application/octet-stream" },
    body: body as Uint8Array<ArrayBuffer>,
  });
  return (await answer.json()) as Reply;
}

/** The bytes of one chunk. */
export function chunkOf(source: SourceFile, upload: OpenedUpload, index: number): Buffer {
  const { start, end } = chunkRange(upload, index);
  return source.read(start, end);
}
