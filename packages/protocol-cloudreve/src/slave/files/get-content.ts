import { crcField } from "@stowage/cloudreve-wire";
import { isUploadError } from "@stowage/core";
import { selectBytes } from "@stowage/core/http";
import { contentHeaders } from "../../files/content-headers.js";
import type { Outcome } from "../../wire/envelope.js";
import { crc32Of } from "../upload/session-status.js";
import type { SlaveCall } from "../slave-call.js";
import { findFile } from "./find-file.js";
import type { FileEntry } from "./find-file.js";

const gone: ReadonlySet<string> = new Set(["OBJECT_NOT_FOUND", "ENTRY_NOT_FOUND", "SUPERSEDED"]);

/**
 * `GET` and `HEAD /slave/file/content/{nodeId}/{path}/{speed}/{name}`: the bytes of a file, with ranges. Who has the URL has
 * the right. The limit of speed is not kept.
 */
export async function getContent(call: SlaveCall): Promise<Outcome> {
  const { exchange, parts } = call;
  const [, encoded = "", , name = ""] = parts;
  const entry = await findFile(call, encoded);
  if (entry === null) return notFound();
  const headers = {
    ...contentHeaders({ ...entry, path: `/${name}` }, exchange.url.searchParams.get("download") === "true"),
    ...crcHeader(entry),
  };
  const selected = selectBytes(exchange, headers.etag, entry.object.size);
  if (selected.kind === "unchanged") return { kind: "raw", answer: { status: 304, headers } };
  if (selected.kind === "unsatisfiable") {
    const failure = { code: 40001, msg: "range not satisfiable" };
    return { kind: "failed", failure, status: 416, headers: selected.headers };
  }
  const answer = { status: selected.status, headers: { ...headers, ...selected.headers } };
  if (exchange.method === "HEAD") return { kind: "raw", answer };
  try {
    const from = { entryId: entry.id, version: entry.version };
    return { kind: "raw", answer: { ...answer, body: await call.engine.read(from, selected.range, call.options) } };
  } catch (error) {
    if (isUploadError(error) && gone.has(error.code)) return notFound();
    throw error;
  }
}

/** CRC32 of the whole object, for a master that compares what is here with what it was promised. */
function crcHeader({ object }: FileEntry): Readonly<Record<string, string>> {
  const crc = crc32Of(object.checksum);
  return crc === null ? {} : { [crcField]: crc };
}

function notFound(): Outcome {
  return { kind: "failed", failure: { code: 40044, msg: "file not found" }, status: 404 };
}
