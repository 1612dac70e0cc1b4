import { credentialScheme } from "@stowage/cloudreve-wire";
import type { SessionView } from "@stowage/core";
import { baseUrl } from "../base-url.js";
import type { OwnCall } from "../call.js";
import type { NodeUrl } from "../direct/node-url.js";
import { signedPath } from "./stand-in-urls.js";

/**
 * A URL of ours that answers as a node does, for a session whose bytes come through us: the web client uploads as the policy
 * of the folder's listing says, whatever policy the session has.
 */
export async function standInNode(call: OwnCall, { id, target }: SessionView): Promise<NodeUrl> {
  const expires = Math.floor(target.expiresAt / 1000);
  const sign = await call.signer.sign(signedPath(call.prefix, "remote", id), expires);
  return {
    kind: "node",
    url: `${baseUrl(call)}/file/upload/remote/${id}/chunk`,
    credential: `${credentialScheme}${sign}`,
    expiresAt: expires * 1000,
  };
}
