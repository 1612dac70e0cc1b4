import { UploadError } from "@stowage/core";
import type { DirectGrant, SignedRequest } from "@stowage/core";
import type { Call } from "../call.js";
import type { GrantAnswer } from "../wire/answers.js";
import { done } from "../wire/outcome.js";
import type { Outcome } from "../wire/outcome.js";
import { readJson } from "../wire/read-json.js";
import { grantBody } from "../wire/schemas.js";

/**
 * `POST /sessions/{id}/grant`: signed requests with which the client sends chunks to the backend itself. A slice that
 * is too long is cut: the client asks again for the rest.
 */
export async function grantChunks(call: Call): Promise<Outcome> {
  const [id = ""] = call.parts;
  const { start, end } = await readJson(call.exchange, grantBody);
  const chunks = { start, end: Math.min(end, start + call.settings.maxGrant) };
  const granted = await call.engine.grant(id, { chunks, completeBy: "server" }, call.options);
  return done(describeGrant(granted));
}

/** Without the vendor's own names: our client has no use for them, and they are secrets. */
function describeGrant(grant: DirectGrant): GrantAnswer {
  const { by } = grant.completion;
  if (by === "client")
    throw new UploadError("UNSUPPORTED", "the backend wants its client to complete", {
      driver: "native",
      capability: "completion by the server",
    });
  const completion = { by };
  switch (grant.kind) {
    case "parts":
      return { kind: "parts", completion, requests: grant.requests.map(describeRequest) };
    case "ranges":
      return { kind: "ranges", completion, request: describeRequest(grant.request) };
    case "form":
      return { kind: "form", completion, request: describeRequest(grant.request), fields: { ...grant.fields } };
  }
}

function describeRequest({ method, url, headers, expiresAt }: SignedRequest): {
  method: SignedRequest["method"];
  url: string;
  headers: Record<string, string>;
  expiresAt: number;
} {
  return { method, url, headers: { ...headers }, expiresAt };
}
