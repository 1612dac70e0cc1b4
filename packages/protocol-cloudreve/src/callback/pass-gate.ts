import { isUploadError } from "@stowage/core";
import type { SessionView } from "@stowage/core";
import type { SignedCall } from "../call.js";
import { sessionType } from "../direct/policy-type.js";
import type { PolicyType } from "../direct/policy-type.js";
import { sessionIdOf } from "../upload/session-id.js";
import { readWireFacts } from "../upload/wire-facts.js";
import type { Failure } from "../wire/envelope.js";
import { callbackSecret } from "./callback-secret.js";
import { isSameSecret } from "./is-same-secret.js";

/** Whether a callback may come in. */
export type GateVerdict =
  | { readonly kind: "passed"; readonly session: SessionView; readonly type: Exclude<PolicyType, "local"> }
  | { readonly kind: "refused"; readonly failure: Failure };

/**
 * The one gate of all callbacks: the secret is the session's, the session is there, and it uploads in the way whose
 * callback this is. The secret comes first, so that without it sessions of others and none look the same; no backend is
 * asked before all three.
 */
export async function passGate(
  call: SignedCall,
  { type, id, secret }: { readonly type: string; readonly id: string; readonly secret: string },
): Promise<GateVerdict> {
  if (!isSameSecret(secret, await callbackSecret(call.keys, id)))
    return refused(40020, "the callback's secret is wrong");
  const session = await findSession(call, id);
  const facts = session === null ? null : readWireFacts(session);
  if (session === null || facts === null) return refused(40011, "upload session not found");
  const policies = call.engine.policies();
  // Whoever hears that it has another type never asks again; the configuration may be mended.
  if (!policies.some((policy) => policy.id === session.policyId)) return refused(40035, "storage policy not found");
  const actual = sessionType(session, facts.form, policies);
  if (actual === "local" || actual !== type) return refused(40006, "the upload's storage has another callback");
  return { kind: "passed", session, type: actual };
}

/** `null`: not there, or past its time. */
async function findSession({ engine, options }: SignedCall, id: string): Promise<SessionView | null> {
  try {
    return await engine.session(sessionIdOf(id), options);
  } catch (error) {
    const isGone = isUploadError(error) && (error.code === "SESSION_NOT_FOUND" || error.code === "SESSION_EXPIRED");
    if (isGone) return null;
    throw error;
  }
}

function refused(code: number, msg: string): GateVerdict {
  return { kind: "refused", failure: { code, msg } };
}
