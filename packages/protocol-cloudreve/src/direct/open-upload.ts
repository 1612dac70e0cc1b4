import type { CreateUpload, SessionView } from "@stowage/core";
import type { OwnCall } from "../call.js";
import { standInNode } from "../stand-in/stand-in-node.js";
import { standInUrls } from "../stand-in/stand-in-urls.js";
import type { WireFacts } from "../upload/wire-facts.js";
import { grantUrls } from "./grant-urls.js";
import { grantNodeUrl } from "./node-url.js";
import type { NodeUrl } from "./node-url.js";
import type { PartUrls, TooManyUrls } from "./part-urls.js";
import { grantedType, policyType, sessionType } from "./policy-type.js";
import type { PolicyType } from "./policy-type.js";

/** A session, and how its client uploads. */
export interface OpenedUpload {
  readonly session: SessionView;
  readonly type: PolicyType;
  /** `null` for the type `local`. */
  readonly urls: PartUrls | NodeUrl | null;
}

/**
 * Opens a session with all that its client needs to upload: clients ask once. Where the URLs of so many chunks do not
 * fit into one answer, the chunks are made larger. `null`: the backend takes none that are large enough.
 *
 * @throws {UploadError} what `create` and `grant` throw; nothing stays open then
 */
export async function openUpload(call: OwnCall, request: CreateUpload, facts: WireFacts): Promise<OpenedUpload | null> {
  const mayBeDirect = call.engine.policies().some((policy) => policyType(policy) !== "local");
  // Also a policy whose driver these clients do not know takes a direct session then: its first chunk through us ends that.
  const asked: CreateUpload = mayBeDirect ? request : { ...request, transfer: "through" };
  const first = await tryToOpen(call, asked, facts);
  if ("session" in first) return first;
  const { policyId, mostCount } = first;
  const minChunkSize = Math.ceil((request.size ?? 0) / mostCount);
  const second = await tryToOpen(call, { ...asked, policyId, minChunkSize }, facts);
  return "session" in second ? second : null;
}

async function tryToOpen(
  call: OwnCall,
  request: CreateUpload,
  facts: WireFacts,
): Promise<OpenedUpload | (TooManyUrls & { readonly policyId: string })> {
  const session = await call.engine.create(request, call.options);
  let isOpen = false;
  try {
    const type = sessionType(session, facts.form, call.engine.policies());
    const urls = type === "local" ? null : await urlsOf(call, session, type);
    if (urls?.kind === "tooMany") return { ...urls, policyId: session.policyId };
    isOpen = true;
    return { session, type, urls };
  } finally {
    // Without the request's signal: the session holds the path, and its client will never hear of it.
    if (!isOpen) await call.engine.abort(session.id).catch(() => {});
  }
}

/** The backend's own where the client speaks its language, else ours in its place. */
async function urlsOf(
  call: OwnCall,
  session: SessionView,
  type: Exclude<PolicyType, "local">,
): Promise<PartUrls | NodeUrl | TooManyUrls> {
  const isGranted = session.transfer === "direct" && grantedType(session, call.engine.policies()) === type;
  if (type === "remote") return isGranted ? grantNodeUrl(call, session) : standInNode(call, session);
  const own = await standInUrls(call, session);
  return isGranted ? grantUrls(call, session, own.completeUrl) : own.partUrls();
}
