import { fromStream, type Uploads } from "@stowage/core";

/** A client that cuts its file as it likes; it outlives gateways. */
export interface FreeClient {
  readonly content: Uint8Array;
  /** Ends of its chunks, the file's own among them. */
  readonly cuts: readonly number[];
  /** Whether it tells the size at the end only. */
  readonly sizeIsLate: boolean;
  /** The upload's id, once it has heard it. */
  id?: string;
  /** Bytes that somebody acknowledged to it: everything before. */
  acknowledged: number;
}

/** Sends what is missing, in order, and completes: from the beginning, or after anything that broke. */
export async function sendFreely(uploads: Uploads, client: FreeClient): Promise<void> {
  const { content, cuts } = client;
  const id = client.id ?? (await create(uploads, client));
  client.id = id;
  const { session, contiguousOffset } = await uploads.status(id);
  if (session.state === "completed") return;
  let at = contiguousOffset;
  if (at < client.acknowledged) throw new Error(`${client.acknowledged} bytes were acknowledged, and ${at} are there`);
  for (const end of cuts) {
    if (end <= at) continue;
    await uploads.write(id, { offset: at }, inTwo(content.subarray(at, end)));
    client.acknowledged = end;
    at = end;
  }
  if (client.sizeIsLate) await uploads.declareSize(id, content.length);
  await uploads.complete(id);
}

async function create(uploads: Uploads, { content, sizeIsLate }: FreeClient): Promise<string> {
  const { id } = await uploads.create({
    policyId: null,
    protocol: "test",
    path: "/a",
    size: sizeIsLate ? null : content.length,
    framing: "free",
    completion: "explicit",
    onConflict: "replace",
  });
  return id;
}

function inTwo(bytes: Uint8Array): ReturnType<typeof fromStream> {
  async function* stream(): AsyncGenerator<Uint8Array> {
    const middle = Math.ceil(bytes.length / 2);
    yield bytes.subarray(0, middle);
    yield bytes.subarray(middle);
  }
  return fromStream(stream(), bytes.length);
}
