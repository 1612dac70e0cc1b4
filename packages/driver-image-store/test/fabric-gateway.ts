import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A session as Microsoft's server keeps it. */
interface Session {
  readonly path: string;
  readonly size: number;
  readonly chunks: { readonly start: number; readonly bytes: Buffer }[];
}

/** What a request is answered with. */
interface Reply {
  readonly status: number;
  readonly data?: object;
}

/** A stand-in for Microsoft's gateway: strict where its code is. Not a product. */
export interface FabricGateway {
  readonly url: string;
  readonly files: Map<string, Buffer>;
  readonly sessions: Map<string, Session>;
  /** `METHOD operation` of all requests, in order. */
  readonly seen: string[];
  /** The next request whose name begins so is carried out, and its answer lost. */
  loseAnswer(name: string): void;
  /** Answers every request with this. */
  fail(
    reply: { readonly status: number; readonly code: string; readonly headers?: Record<string, string> } | null,
  ): void;
  close(): Promise<void>;
}

const notSatisfiable = "FABRIC_E_UPLOAD_SESSION_RANGE_NOT_SATISFIABLE";

/** Listens on a free port of the loopback. Wants the bearer token `secret-token-of-the-cluster`. */
export async function startGateway(): Promise<FabricGateway> {
  const files = new Map<string, Buffer>();
  const sessions = new Map<string, Session>();
  const seen: string[] = [];
  let lost: string | null = null;
  let failure: Parameters<FabricGateway["fail"]>[0] = null;
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const bytes = await readAll(request).catch(() => null);
    // What does not come whole was never there.
    if (bytes === null) return;
    const url = new URL(request.url ?? "", "http://gateway");
    const [content = "", operation = ""] = url.pathname.slice("/ImageStore".length).split("/$/");
    const name = `${request.method} ${operation || "content"}`;
    seen.push(name);
    const path = decodeURIComponent(content.slice(1)).replaceAll("/", "\\");
    const reply =
      failure === null
        ? answer({ files, sessions }, { name, path, url, request, bytes })
        : refused(failure.status, failure.code);
    if (lost !== null && name.startsWith(lost)) {
      lost = null;
      request.socket.destroy();
      return;
    }
    const body = reply.data === undefined ? "" : JSON.stringify(reply.data);
    response.writeHead(reply.status, { "content-type": "application/json", ...failure?.headers }).end(body);
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ImageStore`,
    files,
    sessions,
    seen,
    loseAnswer: (name) => void (lost = name),
    fail: (reply) => void (failure = reply),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Asked {
  readonly name: string;
  readonly path: string;
  readonly url: URL;
  readonly request: IncomingMessage;
  readonly bytes: Buffer;
}
type State = Pick<FabricGateway, "files" | "sessions">;

function answer(state: State, asked: Asked): Reply {
  const { files, sessions } = state;
  const { name, path, url, request, bytes } = asked;
  const id = url.searchParams.get("session-id") ?? "";
  if (request.headers.authorization !== "Bearer secret-token-of-the-cluster") return refused(403, "E_ACCESSDENIED");
  if (url.searchParams.get("api-version") !== "6.0") return refused(400, "E_INVALIDARG");
  switch (name) {
    case "GET content":
      return list(files, path);
    case "PUT content":
      files.set(path, bytes);
      return { status: 200 };
    case "DELETE content":
      return files.delete(path) ? { status: 200 } : refused(404, "FABRIC_E_FILE_NOT_FOUND");
    case "PUT UploadChunk":
      return takeChunk(state, asked, id);
    case "GET GetUploadSession":
      return sessions.has(id) ? { status: 200, data: { UploadSessions: [describe(state, id)] } } : { status: 204 };
    case "POST CommitUploadSession":
      return commit(state, id);
    case "DELETE DeleteUploadSession":
      return sessions.delete(id) ? { status: 200 } : refused(404, "FABRIC_E_INVALID_UPLOAD_SESSION_ID");
    default:
      return refused(404, "E_INVALIDARG");
  }
}

function list(files: State["files"], path: string): Reply {
  const found = files.get(path);
  if (found === undefined) return refused(404, "FABRIC_E_FILE_NOT_FOUND");
  const file = { StoreRelativePath: path, FileSize: String(found.length) };
  return { status: 200, data: { StoreFiles: [file], StoreFolders: [] } };
}

/** A chunk lies wholly inside one range that is still missing. */
function takeChunk({ sessions }: State, { path, request, bytes }: Asked, id: string): Reply {
  const [, from, to, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(request.headers["content-range"] ?? "") ?? [];
  const [start, end, size] = [Number(from), Number(to) + 1, Number(total)];
  if (Number.isNaN(size) || start >= end || end > size) return refused(400, notSatisfiable);
  if (bytes.length !== end - start) return refused(400, "E_INVALIDARG");
  const session = sessions.get(id) ?? { path, size, chunks: [] };
  if (session.path !== path) return refused(409, "FABRIC_E_UPLOAD_SESSION_ID_CONFLICT");
  if (session.size !== size) return refused(400, "E_INVALIDARG");
  if (!gaps(session).some((gap) => gap.start <= start && end <= gap.end)) return refused(400, notSatisfiable);
  session.chunks.push({ start, bytes });
  sessions.set(id, session);
  return { status: 200 };
}

function commit({ files, sessions }: State, id: string): Reply {
  const session = sessions.get(id);
  if (session === undefined || gaps(session).length > 0) return refused(400, "E_INVALIDARG");
  const ordered = session.chunks.toSorted((a, b) => a.start - b.start);
  files.set(session.path, Buffer.concat(ordered.map(({ bytes }) => bytes)));
  sessions.delete(id);
  return { status: 200 };
}

function gaps({ chunks, size }: Session): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  let at = 0;
  for (const { start, bytes } of chunks.toSorted((a, b) => a.start - b.start)) {
    if (start > at) found.push({ start: at, end: start });
    at = start + bytes.length;
  }
  if (at < size) found.push({ start: at, end: size });
  return found;
}

function describe({ sessions }: State, id: string): object {
  const session = sessions.get(id);
  if (session === undefined) throw new Error("no session");
  const ExpectedRanges = gaps(session).map(({ start, end }) => ({
    StartPosition: String(start),
    EndPosition: String(end - 1),
  }));
  return {
    StoreRelativePath: session.path,
    SessionId: id.toUpperCase(),
    FileSize: String(session.size),
    ExpectedRanges,
  };
}

function refused(status: number, code: string): Reply {
  return { status, data: { Error: { Code: code, Message: "told by the gateway" } } };
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
