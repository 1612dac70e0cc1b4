import { toBase64Url } from "../base64-url.js";
import { wellFormed } from "../well-formed.js";

/** Where a node's routes are, below its origin and whatever prefix its operator put before them. */
export const slavePrefix = "/api/v4/slave";

/** What is asked of a node's file. */
export interface ContentName {
  /** As the node knows the file: `SavePath` of its upload. */
  readonly path: string;
  /** Last segment, for the sake of whoever saves it; the node looks at `path` alone. */
  readonly name: string;
}

/** The paths of a node's routes, percent-encoded; what a signature covers is their decoded form. */
export const slavePaths = {
  ping: `${slavePrefix}/ping`,
  /** PUT: a new session. */
  upload: `${slavePrefix}/upload`,
  /** POST a chunk, DELETE the upload, GET what is there (ours). */
  session: (id: string): string => `${slavePrefix}/upload/${encodeURIComponent(id)}`,
  /** POST (ours): complete an upload that has no callback. Another path than that of the chunks, so that their credential is no use. */
  complete: (id: string): string => `${slavePrefix}/upload/${encodeURIComponent(id)}/complete`,
  /** DELETE files. */
  files: `${slavePrefix}/file`,
  /** GET and HEAD. Node 0 and without a limit of speed, as masters ask. */
  content: ({ path, name }: ContentName): string =>
    `${slavePrefix}/file/content/0/${encodePath(path)}/0/${encodeURIComponent(wellFormed(name).replaceAll("/", "_"))}`,
  list: `${slavePrefix}/file/list`,
  meta: (path: string): string => `${slavePrefix}/file/meta/${encodePath(path)}/${extensionOf(path)}`,
} as const;

/** The query of a chunk. `errors: "status"` is ours: failures then have an HTTP status of their own, as other clients expect. */
export function chunkQuery(index: number, errors: "envelope" | "status" = "envelope"): string {
  return `?chunk=${index}${errors === "status" ? "&status=http" : ""}`;
}

/**
 * The query of a DELETE of an upload. Ours: where its file would be, for a node that has forgotten the upload and would
 * otherwise keep what it made. It takes away nothing but that, so it need not be signed.
 */
export function cancelQuery(path: string): string {
  return `?path=${encodeURIComponent(wellFormed(path))}`;
}

const encoder = new TextEncoder();

function encodePath(path: string): string {
  return toBase64Url(encoder.encode(path)).replaceAll("=", "%3D");
}

/** Never empty: a segment has to stand there. */
function extensionOf(path: string): string {
  const [, extension = "bin"] = /\.([\w-]{1,32})$/.exec(path) ?? [];
  return extension;
}
