import { isUploadError } from "@stowage/core";
import type { CatalogEntry } from "@stowage/core";
import { selectBytes } from "@stowage/core/http";
import type { HttpAnswer } from "@stowage/core/http";
import type { SignedCall } from "../call.js";
import { failed } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";
import { contentHeaders, crossOrigin } from "./content-headers.js";
import { parseEntityId, printEntityId } from "./entity-id.js";
import type { SignatureVerdict } from "./url-signer.js";

/** `GET` and `HEAD /file/content/{entity}/{speed}/{name}`: the bytes of one version, for whoever has a signed URL. */
export async function getContent(call: SignedCall): Promise<Outcome> {
  const { exchange } = call;
  const path = [call.prefix, "file", "content", ...call.parts].join("/");
  const now = Math.floor(call.clock.now() / 1000);
  const verdict = await call.signer.verify(path, exchange.url.searchParams.get("sign"), now);
  if (verdict !== "valid") return refuse(verdict);
  const entry = await findVersion(call);
  if (entry === null) return plain(404, "not found");
  const size = entry.object?.size ?? 0;
  const headers = contentHeaders(entry, exchange.url.searchParams.get("download") === "true");
  const selected = selectBytes(exchange, headers.etag, size);
  if (selected.kind === "unchanged") return raw({ status: 304, headers });
  if (selected.kind === "unsatisfiable") return plain(416, "range not satisfiable", selected.headers);
  const answer = { status: selected.status, headers: { ...headers, ...selected.headers } };
  if (exchange.method === "HEAD") return raw(answer);
  try {
    // Replaced since we looked, these would be bytes of another version under this one's tag and length.
    const from = { entryId: entry.id, version: entry.version };
    return raw({ ...answer, body: await call.engine.read(from, selected.range, call.options) });
  } catch (error) {
    if (isUploadError(error) && gone.has(error.code)) return plain(404, "not found");
    throw error;
  }
}

const gone: ReadonlySet<string> = new Set(["OBJECT_NOT_FOUND", "ENTRY_NOT_FOUND", "SUPERSEDED"]);

/** `null`: deleted, or replaced since the URL was signed. */
async function findVersion({ engine, parts, options }: SignedCall): Promise<CatalogEntry | null> {
  const entity = parseEntityId(parts[0] ?? "");
  const entry = entity === null ? null : await engine.find({ id: entity.entryId }, options);
  return entry !== null && entry.object !== null && printEntityId(entry) === parts[0] ? entry : null;
}

function refuse(verdict: Exclude<SignatureVerdict, "valid">): Outcome {
  if (verdict === "absent") return failed(403, "expire timestamp is missing");
  if (verdict === "expired") return failed(40005, "the signature has expired");
  return failed(40071, "invalid signature");
}

function plain(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Outcome {
  return raw({
    status,
    headers: { ...crossOrigin, "content-type": "text/plain; charset=utf-8", ...headers },
    body: text,
  });
}

function raw(answer: HttpAnswer): Outcome {
  return { kind: "raw", answer };
}
