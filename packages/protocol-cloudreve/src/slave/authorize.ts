import { coveredHeaders, coversBody, decodePath, flawOf, refusalOf } from "@stowage/cloudreve-wire";
import type { NodeSigner, SignatureVerdict } from "@stowage/cloudreve-wire";
import { bytes, isUploadError, UploadError } from "@stowage/core";
import type { Clock } from "@stowage/core";
import type { HttpExchange } from "@stowage/core/http";
import { badRequest } from "../wire/bad-request.js";
import { failed } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";

/** Where a route's signature stands. `either`: in the header, so that it covers the body, or in the URL as Cloudreve has it. */
export type SignaturePlace = "header" | "url" | "either";

/** A master's word, or the answer to somebody else. */
export type Authorized =
  | { readonly kind: "authorized"; readonly body: string }
  | { readonly kind: "refused"; readonly outcome: Outcome };

/** A list of some thousand files to delete fits; a session takes 2 KiB. Anybody may have us hold so much for a while. */
const longestBody = 1024 * 1024;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Whether the node's key signed this request. Says nothing of what is there: an unknown session and a known one look the
 * same to whoever lacks the key.
 *
 * @throws {UploadError} `OPTIONS_INVALID` for a body that is too long or no text; `INTERRUPTED` where the sender broke off
 */
export async function authorize(
  { signer, clock }: { readonly signer: NodeSigner; readonly clock: Clock },
  exchange: HttpExchange,
  place: SignaturePlace,
): Promise<Authorized> {
  const now = Math.floor(clock.now() / 1000);
  const path = decodePath(exchange.url.pathname);
  if (path === null) return refuse("malformed");
  const isInHeader = place === "header" || (place === "either" && exchange.header("authorization") !== undefined);
  if (!isInHeader) {
    const verdict = await signer.verifyUrl(path, exchange.url.searchParams.get("sign"), now);
    if (verdict !== "valid") return refuse(verdict);
    return { kind: "authorized", body: place === "either" ? await readText(exchange) : "" };
  }
  const authorization = exchange.header("authorization");
  const flaw = flawOf(authorization, now);
  if (flaw !== null) return refuse(flaw);
  const body = coversBody(exchange.method, path) ? await readText(exchange) : "";
  const request = { path, headers: coveredFields(exchange), body };
  const verdict = await signer.verifyHeader(request, authorization, now);
  return verdict === "valid" ? { kind: "authorized", body } : refuse(verdict);
}

function refuse(verdict: Exclude<SignatureVerdict, "valid">): Authorized {
  const { code, msg } = refusalOf(verdict);
  return { kind: "refused", outcome: failed(code, msg) };
}

function coveredFields(exchange: HttpExchange): Readonly<Record<string, string>> {
  const fields: Record<string, string> = {};
  for (const name of coveredHeaders) {
    const value = exchange.header(name);
    if (value !== undefined) fields[name] = value;
  }
  return fields;
}

async function readText(exchange: HttpExchange): Promise<string> {
  const raw = await bytes(exchange.body, longestBody).catch((cause: unknown) => {
    if (isUploadError(cause) && cause.code === "OBJECT_TOO_LARGE") throw badRequest(`body: over ${longestBody} bytes`);
    if (isUploadError(cause)) throw cause;
    throw new UploadError("INTERRUPTED", "the sender broke off", { reason: "body" }, { retry: "same", cause });
  });
  try {
    return decoder.decode(raw);
  } catch {
    throw badRequest("body: not UTF-8");
  }
}
