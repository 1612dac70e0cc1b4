import { UploadError } from "@stowage/core";
import type { DirectGrant, SessionView, SignedRequest } from "@stowage/core";
import type { OwnCall } from "../call.js";
import { mostUrlBytes, mostUrls, urlBytes } from "./part-urls.js";
import type { PartUrls, TooManyUrls } from "./part-urls.js";

/** Chunks of one grant; other requests get their turn between two, for signing may be all computation. */
const sliceLength = 1000;

/** All that Cloudreve's clients send; browsers add the length themselves. */
const sentFields: ReadonlySet<string> = new Set(["content-type", "content-length", "host"]);
const sentType = "application/octet-stream";

/**
 * Signed URLs for every chunk of a direct upload. `completeUrl` is taken where the backend has its clients' completion,
 * else `ownCompleteUrl`. A client never asks again, so they live as long as the driver lets them.
 *
 * @throws {UploadError} `UNSUPPORTED` for grants that such a client cannot use, and what `grant` throws
 */
export async function grantUrls(
  { engine, clock, options }: Pick<OwnCall, "engine" | "clock" | "options">,
  { id, target }: SessionView,
  ownCompleteUrl: string,
): Promise<PartUrls | TooManyUrls> {
  const count = target.plan?.count ?? 1;
  const urls: string[] = [];
  let [bytes, expiresAt] = [0, Infinity];
  for (let start = 0; ; start += sliceLength) {
    const chunks = { start, end: Math.min(start + sliceLength, count) };
    const grant = await engine.grant(id, { chunks, completeBy: "client" }, options);
    const { requests, complete } = usable(grant);
    for (const request of requests) {
      urls.push(request.url);
      bytes += urlBytes(request.url.length);
      expiresAt = Math.min(expiresAt, request.expiresAt);
    }
    if ((bytes / urls.length) * count > mostUrlBytes) return { kind: "tooMany", mostCount: mostUrls(longest(urls)) };
    if (chunks.end === count) {
      const uploadId = grant.vendor?.["upload_id"] ?? "";
      expiresAt = Math.min(expiresAt, complete?.expiresAt ?? Infinity);
      return { kind: "urls", uploadId, urls, completeUrl: complete?.url ?? ownCompleteUrl, expiresAt };
    }
    await clock.sleep(0, options.signal);
  }
}

/** `complete`: `null` where the client does not complete at the backend. */
function usable(grant: DirectGrant): {
  readonly requests: readonly SignedRequest[];
  readonly complete: SignedRequest | null;
} {
  if (grant.kind !== "parts") throw unusable(`recipe ${grant.kind}`);
  for (const request of grant.requests) {
    checkRequest(request, "PUT");
    const type = request.headers["content-type"] ?? sentType;
    if (type !== sentType) throw unusable(`content type ${type}`);
  }
  if (grant.completion.by !== "client") return { requests: grant.requests, complete: null };
  // They call the list of parts an octet-stream, too, and S3's likes do not mind.
  checkRequest(grant.completion.request, "POST");
  return { requests: grant.requests, complete: grant.completion.request };
}

function checkRequest({ method, headers }: SignedRequest, wanted: SignedRequest["method"]): void {
  if (method !== wanted) throw unusable(`method ${method}`);
  const unsent = Object.keys(headers).find((name) => !sentFields.has(name.toLowerCase()));
  if (unsent !== undefined) throw unusable(`header field ${unsent}`);
}

function unusable(what: string): UploadError<"UNSUPPORTED"> {
  return new UploadError("UNSUPPORTED", `a client of Cloudreve cannot send what was granted: ${what}`, {
    driver: "cloudreve",
    capability: "direct uploads of this kind",
  });
}

function longest(urls: readonly string[]): number {
  return urls.reduce((most, { length }) => Math.max(most, length), 0);
}
