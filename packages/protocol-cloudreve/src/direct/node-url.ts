import { UploadError } from "@stowage/core";
import type { EpochMs, SessionView } from "@stowage/core";
import { baseUrl } from "../base-url.js";
import type { OwnCall } from "../call.js";
import { callbackSecret } from "../callback/callback-secret.js";

/** Where a client of type `remote` sends its chunks, each by POST with its index in the query `chunk`. */
export interface NodeUrl {
  readonly kind: "node";
  readonly url: string;
  /** Value of `Authorization` for every chunk. */
  readonly credential: string;
  readonly expiresAt: EpochMs;
}

/**
 * The URL and the credential of a direct upload to a node, which calls us back when all is there. A client never asks again,
 * so they live as long as the driver lets them.
 *
 * @throws {UploadError} `UNSUPPORTED` for a driver that has no such thing, and what `grant` throws
 */
export async function grantNodeUrl(call: OwnCall, { id }: SessionView): Promise<NodeUrl> {
  const callbackUrl = `${baseUrl(call)}/callback/remote/${id}/${await callbackSecret(call.keys, id)}`;
  const request = { chunks: { start: 0, end: 1 }, completeBy: "client", callbackUrl } as const;
  const grant = await call.engine.grant(id, request, call.options);
  const { upload_url: url, credential } = grant.vendor ?? {};
  const [first] = grant.kind === "parts" ? grant.requests : [];
  if (url !== undefined && credential !== undefined && first !== undefined)
    return { kind: "node", url, credential, expiresAt: first.expiresAt };
  throw new UploadError("UNSUPPORTED", "a client of Cloudreve wants one URL and a credential", {
    driver: "cloudreve",
    capability: "direct uploads of this kind",
  });
}
