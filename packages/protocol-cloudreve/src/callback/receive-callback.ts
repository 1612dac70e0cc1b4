import type { SignedCall } from "../call.js";
import type { PolicyType } from "../direct/policy-type.js";
import { done } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";
import { finishUpload } from "./finish-upload.js";
import { passGate } from "./pass-gate.js";

/** Who calls back, and what he takes for a failure. */
interface CallbackForm {
  readonly method: "GET" | "POST";
  /** HTTP status of whatever goes wrong behind the gate. */
  readonly failureStatus: 200 | 400;
}

/** `s3`: the client itself, when it has completed at the backend. */
const forms: Readonly<Record<Exclude<PolicyType, "local">, CallbackForm>> = {
  s3: { method: "GET", failureStatus: 400 },
};

/**
 * `/callback/{type}/{sessionId}/{secret}`: somebody says that a direct upload is all there. Nobody needs to be signed in;
 * the upload's owner acts. A callback that comes again is answered as the first time.
 */
export async function receiveCallback(call: SignedCall): Promise<Outcome> {
  const [type = "", id = "", secret = ""] = call.parts;
  const verdict = await passGate(call, { type, id, secret });
  if (verdict.kind === "refused") return { kind: "failed", failure: verdict.failure, status: 401 };
  const { session } = verdict;
  const { method, failureStatus } = forms[verdict.type];
  if (call.exchange.method !== method) {
    const msg = `bad parameters: callbacks of type ${verdict.type} come by ${method}`;
    return { kind: "failed", failure: { code: 40001, msg }, status: 405, headers: { allow: method } };
  }
  try {
    await finishUpload(call.as({ owner: session.owner, groups: [] }), session, call.options);
    return done();
  } catch (error) {
    return { kind: "failed", failure: call.explain(error), status: failureStatus };
  }
}
