import type { WireProtocol } from "../load-client.js";
import type { Answer, Connection } from "./connection.js";
import type { Flags } from "./flags.js";

/** Sends one file; rejects where a request was refused. */
export type Upload = (line: Connection, flags: Flags, number: number) => Promise<void>;

const tus = { "tus-resumable": "1.0.0" };
const tusBody = { "content-type": "application/offset+octet-stream" };
const tusOpen = ({ size }: Flags): Record<string, string | number> => ({
  ...tus,
  "upload-length": size,
  "upload-metadata": "filename Zi5iaW4=",
});
const nameOf = (number: number): string => `cloudreve://my/load-${process.pid}-${number}.bin`;

/** The protocols of load.c, request for request. */
export const uploads: Readonly<Record<WireProtocol, Upload>> = {
  tus: async (line, flags) => {
    const { location: path } = accepted(await line.send({ method: "POST", path: "/files", headers: tusOpen(flags) }));
    for (const range of chunksOf(flags)) {
      const headers = { ...tus, ...tusBody, "upload-offset": range.start };
      accepted(await line.send({ method: "PATCH", path, headers, range }));
    }
  },
  "tus-whole": async (line, flags) => {
    const range = { start: 0, end: flags.size };
    accepted(await line.send({ method: "POST", path: "/files", headers: { ...tusOpen(flags), ...tusBody }, range }));
  },
  bare: async (line, flags) => {
    const { location: path } = accepted(await line.send({ method: "POST", path: "/files" }));
    for (const range of chunksOf(flags)) {
      const headers = { "content-range": `bytes ${range.start}-${range.end - 1}/${flags.size}` };
      accepted(await line.send({ method: "PUT", path, headers, range }));
    }
  },
  uploadx: async (line, flags, number) => {
    const headers = {
      "content-type": "application/json",
      "x-upload-content-type": "application/octet-stream",
      "x-upload-content-length": flags.size,
    };
    const text = JSON.stringify({ name: `load-${process.pid}-${number}.bin` });
    const opened = accepted(await line.send({ method: "POST", path: "/files", headers, text }));
    const path = opened.location.replace(/^https?:\/\/[^/]+/, "");
    for (const range of chunksOf(flags)) {
      const piece = { "content-range": `bytes ${range.start}-${range.end - 1}/${flags.size}` };
      const answer = await line.send({ method: "PUT", path, headers: piece, range });
      if (answer.status !== 308) accepted(answer);
    }
  },
  cloudreve: async (line, flags, number) => {
    const { session_id: id } = await openCloudreve(line, flags, number);
    for (const range of chunksOf(flags)) {
      const path = `/api/v4/file/upload/${id}/${range.start / flags.chunk}`;
      enveloped(await line.send({ method: "POST", path, range }));
    }
  },
  "cloudreve-node": async (line, flags, number) => {
    const { upload_urls: [url = ""] = [], credential: authorization = "" } = await openCloudreve(line, flags, number);
    const { pathname } = new URL(url);
    for (const range of chunksOf(flags)) {
      const path = `${pathname}?chunk=${range.start / flags.chunk}`;
      enveloped(await line.send({ method: "POST", path, headers: { authorization }, range }));
    }
  },
  "image-store": async (line, flags, number) => {
    // A GUID, which names the file as well.
    const id = `${hex(process.pid, 8)}-0000-4000-8000-${hex(number, 12)}`;
    const query = `api-version=6.0&session-id=${id}`;
    for (const range of chunksOf(flags)) {
      const path = `/ImageStore/${id}/$/UploadChunk?${query}`;
      const headers = { "content-range": `bytes ${range.start}-${range.end - 1}/${flags.size}` };
      accepted(await line.send({ method: "PUT", path, headers, range }));
    }
    accepted(await line.send({ method: "POST", path: `/ImageStore/$/CommitUploadSession?${query}` }));
  },
  "cloudreve-whole": async (line, { size }, number) => {
    const path = `/api/v4/file/content?uri=${nameOf(number)}`;
    enveloped(await line.send({ method: "PUT", path, range: { start: 0, end: size } }));
  },
};

interface CloudreveUpload {
  readonly session_id: string;
  readonly chunk_size: number;
  readonly upload_urls?: readonly string[];
  readonly credential?: string;
}

/** The server chooses the chunk size, so ours has to be the same. */
async function openCloudreve(
  line: Connection,
  { size, chunk, openPort: port }: Flags,
  number: number,
): Promise<CloudreveUpload> {
  const text = JSON.stringify({ uri: nameOf(number), size });
  const opened = accepted(await line.send({ method: "PUT", path: "/api/v4/file/upload", port, text }));
  const { code, data } = JSON.parse(opened.body) as { code: number; data: CloudreveUpload };
  if (code !== 0) throw new Error(opened.body);
  if (size > chunk && data.chunk_size !== chunk) throw new Error(`chunks of ${data.chunk_size}`);
  return data;
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

function* chunksOf({ size, chunk }: Flags): Generator<{ readonly start: number; readonly end: number }> {
  for (let start = 0; start < size; start += chunk) yield { start, end: Math.min(size, start + chunk) };
}

function accepted(answer: Answer): Answer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw new Error(`${answer.status} ${answer.body}`);
}

/** Cloudreve says in the body what went wrong. */
function enveloped(answer: Answer): void {
  if (!accepted(answer).body.includes('"code":0')) throw new Error(answer.body);
}
