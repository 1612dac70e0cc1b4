import { UploadError } from "@stowage/core";
import type { ByteRange, CatalogEntry } from "@stowage/core";
import { parseRange } from "@stowage/core/http";
import type { HttpExchange } from "@stowage/core/http";
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
  if (matches(exchange.header("if-none-match"), headers.etag)) return { kind: "raw", answer: { status: 304, headers } };
  const range = wantedRange(exchange, headers.etag, size);
  if (range === "unsatisfiable")
    return failed(416, "RANGE_NOT_SATISFIABLE", "the file has no such bytes", { "content-range": `bytes */${size}` });
  return send(call, entry, headers, range, size);
}

async function send(
  call: Call,
  entry: CatalogEntry,
  headers: Readonly<Record<string, string>>,
  range: ByteRange | null,
  size: number,
): Promise<Outcome> {
  const { start, end } = range ?? { start: 0, end: size };
  const answer = {
    status: range === null ? 200 : 206,
    headers: {
      ...headers,
      "content-length": String(end - start),
      ...(range === null ? {} : { "content-range": `bytes ${start}-${end - 1}/${size}` }),
    },
  };
  if (call.exchange.method === "HEAD") return { kind: "raw", answer };
  const body = await call.engine.read({ entryId: entry.id }, range, call.options);
  // Replaced since we looked: these would be bytes of another version under this one's tag and length.
  if (body.stored !== undefined && body.stored.key !== entry.object?.key)
    throw new UploadError("SUPERSEDED", "the file was replaced meanwhile", { id: entry.version }, { retry: "same" });
  return { kind: "raw", answer: { ...answer, body } };
}

/** A range counts only for the version that the client has a part of. Content never changes under a tag, so it is strong. */
function wantedRange(exchange: HttpExchange, etag: string, size: number): ByteRange | "unsatisfiable" | null {
  const condition = exchange.header("if-range");
  if (condition !== undefined && condition !== etag) return null;
  return parseRange(exchange.header("range"), size);
}

function matches(field: string | undefined, etag: string): boolean {
  const tags = (field ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes("*") || tags.includes(etag);
}
