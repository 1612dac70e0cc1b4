import { UploadError } from "@stowage/core";
import type { PolicyView, SessionView } from "@stowage/core";
import type { OpenedUpload } from "../direct/open-upload.js";
import type { SessionCredential } from "../wire/answers.js";
import { findPolicy, printStoragePolicy } from "./storage-policy.js";
import type { WireFacts } from "./wire-facts.js";

/** What a client needs to upload: the session credential of Cloudreve. It ends with whatever of it ends first. */
export function printCredential(
  { session, type, urls }: OpenedUpload,
  { uri }: WireFacts,
  secret: string,
  policies: readonly PolicyView[],
): SessionCredential {
  const policy = findPolicy(policies, session.policyId);
  if (policy === undefined) throw policyGone(session.policyId);
  return {
    session_id: session.id,
    upload_id: urls?.kind === "urls" ? urls.uploadId : "",
    chunk_size: wireChunkSize(session, policy),
    expires: Math.floor(Math.min(session.expiresAt, urls?.expiresAt ?? Infinity) / 1000),
    ...printUrls(urls),
    storage_policy: printStoragePolicy(policy, type),
    uri,
    callback_secret: secret,
    mime_type: session.target.contentType,
  };
}

function printUrls(urls: OpenedUpload["urls"]): Partial<SessionCredential> {
  if (urls === null) return {};
  if (urls.kind === "node") return { upload_urls: [urls.url], credential: urls.credential };
  return { upload_urls: [...urls.urls], completeURL: urls.completeUrl };
}

/** Bytes of each chunk but the last; 0 where the policy wants one request and the backend takes it. */
export function wireChunkSize({ target }: SessionView, policy: PolicyView): number {
  const { plan } = target;
  if (plan === null || (policy.chunks.size === 0 && plan.count === 1)) return 0;
  return plan.chunkSize;
}

function policyGone(policyId: string): UploadError<"POLICY_NOT_FOUND"> {
  return new UploadError("POLICY_NOT_FOUND", `policy ${policyId} is not configured`, { policyId });
}
