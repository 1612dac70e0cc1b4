import type { SessionView } from "@stowage/core";
import { baseUrl } from "../base-url.js";
import type { OwnCall } from "../call.js";
import { mostUrlBytes, mostUrls, urlBytes } from "../direct/part-urls.js";
import type { PartUrls, TooManyUrls } from "../direct/part-urls.js";

/** URLs of ours that answer as S3 does, for a session whose bytes come through us. */
export interface StandInUrls {
  readonly completeUrl: string;
  partUrls(): PartUrls | TooManyUrls;
}

/**
 * The web client uploads as the policy of the folder's listing says, whatever policy the session has: where the file goes
 * elsewhere (by its size or type), or is empty, a client of type `s3` gets these.
 */
export async function standInUrls(call: OwnCall, { id, target }: SessionView): Promise<StandInUrls> {
  const expires = Math.floor(target.expiresAt / 1000);
  const query = `?sign=${encodeURIComponent(await call.signer.sign(signedPath(call.prefix, "s3", id), expires))}`;
  const base = `${baseUrl(call)}/file/upload/s3/${id}`;
  const completeUrl = `${base}/complete${query}`;
  return {
    completeUrl,
    partUrls: () => {
      const count = target.plan?.count ?? 1;
      const length = base.length + 1 + String(count - 1).length + query.length;
      if (urlBytes(length) * count > mostUrlBytes) return { kind: "tooMany", mostCount: mostUrls(length) };
      const urls = Array.from({ length: count }, (_, index) => `${base}/${index}${query}`);
      return { kind: "urls", uploadId: id, urls, completeUrl, expiresAt: target.expiresAt };
    },
  };
}

/** One signature for all requests of a session in one form. */
export function signedPath(prefix: string, form: "s3" | "remote", sessionId: string): string {
  return `${prefix}/file/upload/${form}/${sessionId}`;
}
