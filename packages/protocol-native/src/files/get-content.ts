import { UploadError } from "@stowage/core";
import type { ByteSource } from "@stowage/core";
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
  const body = await call.engine.read({ entryId: entry.id }, selected.range, call.options);
  const { start, end } = selected.range ?? { start: 0, end: size };
  const mistake = mistakeOf(body, entry.version, entry.object.key, end - start);
  if (mistake === null) return { kind: "raw", answer: { ...answer, body } };
  // Nobody will read it, and a connection to the backend may hang on it.
  await body.stream()[Symbol.asyncIterator]().return?.();
  throw mistake;
}

/** Why these bytes must not go out under the tag and the length of the file as we know it. */
function mistakeOf({ stored, size }: ByteSource, version: string, key: string, length: number): UploadError | null {
  if (stored !== undefined && stored.key !== key)
    return new UploadError("SUPERSEDED", "the file was replaced meanwhile", { id: version }, { retry: "same" });
  // A backend that lost a part of it: a shorter answer would look whole.
  if (size !== null && size !== length)
    return new UploadError("INTERNAL", `version ${version}: ${size} of ${length} bytes are there`, {
      operation: "read",
    });
  return null;
}
