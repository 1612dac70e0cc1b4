import { UploadError } from "@stowage/core";
import { selectBytes } from "@stowage/core/http";
import type { Call } from "../call.js";
import { failed } from "../wire/outcome.js";
import type { Outcome } from "../wire/outcome.js";
import { readQuery } from "../wire/read-json.js";
import { contentQuery } from "../wire/schemas.js";
import { contentHeaders } from "./content-headers.js";
import { findFile } from "./find-file.js";

/** `GET` and `HEAD /files/content`: the bytes of a file, or of a range, unless the client has this version already. */
export async function getContent(call: Call): Promise<Outcome> {
  const { exchange } = call;
  const { inline, ...name } = readQuery(exchange.url, contentQuery);
  const entry = await findFile(call, name);
  if (entry.object === null) throw new UploadError("ENTRY_NOT_FOUND", "a folder has no bytes", { path: entry.path });
  const { size } = entry.object;
  const headers = contentHeaders(entry, inline === "1");
  const selected = selectBytes(exchange, headers.etag, size);
  if (selected.kind === "unchanged") return { kind: "raw", answer: { status: 304, headers } };
  if (selected.kind === "unsatisfiable")
    return failed(416, "RANGE_NOT_SATISFIABLE", "the file has no such bytes", selected.headers);
  const answer = { status: selected.status, headers: { ...headers, ...selected.headers } };
  if (exchange.method === "HEAD") return { kind: "raw", answer };
  // Replaced since we looked, these would be bytes of another version under this one's tag and length.
  const from = { entryId: entry.id, version: entry.version };
  return { kind: "raw", answer: { ...answer, body: await call.engine.read(from, selected.range, call.options) } };
}
