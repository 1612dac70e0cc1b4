import { isUploadError } from "@stowage/core";
import type { SessionView } from "@stowage/core";
import type { SignedCall } from "../call.js";
import type { PolicyType } from "../direct/policy-type.js";
import { done } from "../wire/envelope.js";
import type { Failure, Outcome } from "../wire/envelope.js";
import { finishUpload } from "./finish-upload.js";
import { nodeCallback, nodeRefusal } from "./node-callback.js";
import { passGate } from "./pass-gate.js";

/** Who calls back, and what he takes for a failure. */
interface CallbackForm {
  readonly method: "GET" | "POST";
  /** HTTP status of whatever goes wrong behind the gate. */
  readonly failureStatus: 200 | 400;
}

/** `s3`: the client itself, when it has completed at the backend. `remote`: the node. */
const forms: Readonly<Record<Exclude<PolicyType, "local">, CallbackForm>> = {
  s3: { method: "GET", failureStatus: 400 },
  remote: { method: "POST", failureStatus: 200 },
};

/**
 * `/callback/{type}/{sessionId}/{secret}`: somebody says that a direct upload is all there. Nobody needs to be signed in;
 * the upload's owner acts. A callback that comes again is answered as the first time.
 */
export async function receiveCallback(call: SignedCall): Promise<Outcome> {
  const [type = "", id = "", secret = ""] = call.parts;
  const verdict = await passGate(call, { type, id, secret });
  if (verdict.kind === "refused") return unauthorized(verdict.failure);
  const { method, failureStatus } = forms[verdict.type];
  if (call.exchange.method !== method) {
    const msg = `bad parameters: callbacks of type ${verdict.type} come by ${method}`;
    return { kind: "failed", failure: { code: 40001, msg }, status: 405, headers: { allow: method } };
  }
  try {
    await (verdict.type === "remote" ? finishByNode(call, verdict.session) : finishByClient(call, verdict.session));
    return done();
  } catch (error) {
    const failure = call.explain(error);
    const isForged = isUploadError(error) && error.code === "FORBIDDEN" && verdict.type === "remote";
    return isForged
      ? unauthorized(nodeRefusal(error.details.reason))
      : { kind: "failed", failure, status: failureStatus };
  }
}

async function finishByClient(call: SignedCall, session: SessionView): Promise<void> {
  await finishUpload(call.as({ owner: session.owner, groups: [] }), session, call.options);
}

/** The driver knows the node's key. @throws {UploadError} `FORBIDDEN` where the node did not send it, and what `complete` throws */
async function finishByNode(call: SignedCall, { id, owner }: SessionView): Promise<void> {
  const uploads = call.as({ owner, groups: [] });
  await uploads.callback(id, await nodeCallback(call), call.options);
}

function unauthorized(failure: Failure): Outcome {
  return { kind: "failed", failure, status: 401 };
}
