import { fromBytes, type SessionView, type SignedRequest, type Uploads } from "@stowage/core";
import { partSize } from "./bucket.js";

/** A client of one file; it outlives gateways. */
export interface Client {
  readonly path: string;
  readonly content: Uint8Array<ArrayBuffer>;
  /** The upload's id, once the client has heard it. */
  id?: string;
  /** Parts, by index, that somebody acknowledged to it: the gateway (`by us`), or the bucket with an entity tag. */
  readonly acknowledged: Map<number, string>;
}

/** What a client does, from the beginning or after anything that broke: it goes on with what is missing. */
export type Recipe = (uploads: Uploads, client: Client) => Promise<void>;

/** A client that has done nothing yet. */
export function newClient(path: string, content: Uint8Array<ArrayBuffer>): Client {
  return { path, content, acknowledged: new Map() };
}

async function open(uploads: Uploads, client: Client, direct: boolean): Promise<SessionView> {
  if (client.id !== undefined) return uploads.session(client.id);
  const session = await uploads.create({
    policyId: direct ? "direct" : "through",
    protocol: "test",
    path: client.path,
    size: client.content.length,
    framing: "planned",
    completion: "when-full",
    onConflict: "replace",
  });
  client.id = session.id;
  return session;
}

function part({ content }: Client, index: number): Uint8Array<ArrayBuffer> {
  return content.subarray(index * partSize, (index + 1) * partSize);
}

function indicesOf({ content }: Client): readonly number[] {
  return Array.from({ length: Math.ceil(content.length / partSize) }, (_, index) => index);
}

/** Indices of the parts that the gateway asks for. */
export async function missingParts(uploads: Uploads, client: Client): Promise<readonly number[]> {
  const status = await uploads.status(client.id ?? "");
  return indicesOf(client).filter((index) =>
    status.missing.some(({ start, end }) => start <= index * partSize && index * partSize < end),
  );
}

async function throughUs(uploads: Uploads, client: Client, index: number): Promise<void> {
  await uploads.write(client.id ?? "", { index }, fromBytes(part(client, index)));
  client.acknowledged.set(index, "by us");
}

async function send(
  { method, url, headers }: SignedRequest,
  body: Uint8Array<ArrayBuffer> | string,
): Promise<Response> {
  const answer = await fetch(url, { method, headers, body });
  const text = await answer.text();
  if (!answer.ok || text.includes("<Error>")) throw new Error(`${method}: ${answer.status} ${text}`);
  return answer;
}

async function directly(uploads: Uploads, client: Client, index: number): Promise<void> {
  const chunks = { start: index, end: index + 1 };
  const grant = await uploads.grant(client.id ?? "", { chunks, completeBy: "server" });
  const [request] = grant.kind === "parts" ? grant.requests : [];
  if (request === undefined) throw new Error("the grant signs no part");
  const { headers } = await send(request, part(client, index));
  client.acknowledged.set(index, headers.get("etag") ?? "");
}

const through: Recipe = async (uploads, client) => {
  if ((await open(uploads, client, false)).state === "completed") return;
  // Out of order.
  for (const index of (await missingParts(uploads, client)).toReversed()) await throughUs(uploads, client, index);
  await uploads.complete(client.id ?? "");
};

const direct: Recipe = async (uploads, client) => {
  if ((await open(uploads, client, true)).state === "completed") return;
  for (const index of await missingParts(uploads, client)) await directly(uploads, client, index);
  await uploads.complete(client.id ?? "");
};

/** As Cloudreve's clients: they complete at the bucket, with the entity tags that they have read, and say so. */
const completedByClient: Recipe = async (uploads, client) => {
  const { state } = await open(uploads, client, true);
  if (state === "completed") return;
  if (state === "open" && (await missingParts(uploads, client)).length > 0) {
    // A part that the bucket may have, but whose entity tag never came, goes again: the client has to name it.
    for (const index of indicesOf(client)) if (!client.acknowledged.has(index)) await directly(uploads, client, index);
    await finish(uploads, client);
  }
  await uploads.callback(client.id ?? "", null);
};

async function finish(uploads: Uploads, { id = "", acknowledged }: Client): Promise<void> {
  const { completion } = await uploads.grant(id, { chunks: { start: 0, end: 1 }, completeBy: "client" });
  if (completion.by !== "client") throw new Error(`completed by ${completion.by}`);
  const parts = [...acknowledged].toSorted(([a], [b]) => a - b);
  const named = parts.map(([index, tag]) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${tag}</ETag></Part>`);
  await send(completion.request, `<CompleteMultipartUpload>${named.join("")}</CompleteMultipartUpload>`);
}

const mixed: Recipe = async (uploads, client) => {
  if ((await open(uploads, client, true)).state === "completed") return;
  for (const index of await missingParts(uploads, client))
    await (index % 2 === 0 ? directly : throughUs)(uploads, client, index);
  await uploads.complete(client.id ?? "");
};

/** By name. */
export const recipes: readonly (readonly [string, Recipe])[] = [
  ["through us", through],
  ["direct", direct],
  ["direct, completed by the client", completedByClient],
  ["direct, and partly through us", mixed],
];
