import { UploadError } from "@stowage/core";
import { nameOf } from "@stowage/core/catalog";
import { baseUrl } from "../base-url.js";
import type { OwnCall } from "../call.js";
import { done, failed } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";
import type { UrlAnswer } from "../wire/answers.js";
import { urlBody } from "../wire/schemas.js";
import { encodeName, ownPath } from "../wire/uri.js";
import { batchFailed, readBatch, runBatch } from "./batch.js";
import { printEntityId } from "./entity-id.js";
import { findEntry } from "./find-entry.js";
import { printInstant } from "./instant.js";

/** `POST /file/url`: signed URLs that anyone may download from until they expire. */
export async function fileUrls(call: OwnCall): Promise<Outcome> {
  const given = await readBatch(call.exchange.body, urlBody, "uris");
  if (given.kind === "refused") return given.outcome;
  const { body } = given;
  if (body.entity && body.uris.length > 1) return failed(40001, "bad parameters: entity: with one uri only");
  const now = call.clock.now();
  const expires = Math.floor((now + call.settings.urlTtlMs) / 1000);
  const batch = await runBatch(body.uris, async (uri) => ({
    url: await signedUrl(call, uri, body.entity ?? "", { expires, download: body.download === true }),
  }));
  if (Object.keys(batch.failures).length > 0 && body.skip_error !== true) return batchFailed(batch);
  return done({ urls: [...batch.results], expires: printInstant(expires * 1000) } satisfies UrlAnswer);
}

async function signedUrl(
  call: OwnCall,
  uri: string,
  wanted: string,
  { expires, download }: { readonly expires: number; readonly download: boolean },
): Promise<string> {
  const entry = await findEntry(call, ownPath(uri, call.owner));
  if (entry.object === null) throw forbidden("a folder has no content");
  const entity = printEntityId(entry);
  if (wanted !== "" && wanted !== entity) throw new UploadError("OBJECT_NOT_FOUND", "not current", { key: wanted });
  const parts = ["file", "content", entity, "0", nameOf(entry.path)];
  const signature = await call.signer.sign([call.prefix, ...parts].join("/"), expires);
  const query = new URLSearchParams({ ...(download ? { download: "true" } : {}), sign: signature });
  return `${baseUrl(call)}/${parts.map(encodeName).join("/")}?${query.toString()}`;
}

function forbidden(reason: string): UploadError<"FORBIDDEN"> {
  return new UploadError("FORBIDDEN", reason, { reason });
}
