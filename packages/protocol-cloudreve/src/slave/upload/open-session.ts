import { slaveUploadBody } from "@stowage/cloudreve-wire";
import { isUploadError, UploadError } from "@stowage/core";
import type { CreateUpload, SessionView } from "@stowage/core";
import { badRequest } from "../../wire/bad-request.js";
import { done, failed } from "../../wire/envelope.js";
import type { Outcome } from "../../wire/envelope.js";
import { mediaTypeOf } from "../../upload/media-type.js";
import { filePath } from "../files/file-path.js";
import { signedJson } from "../signed-json.js";
import type { SlaveCall } from "../slave-call.js";
import { finishIfFull } from "./finish-if-full.js";
import { nodeSessionId } from "./node-session-id.js";
import { readSlaveFacts, slaveProtocol } from "./slave-facts.js";
import type { SlaveFacts } from "./slave-facts.js";

/** What backends are told goes into a header field of theirs. */
const mediaType = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(;[\u0020-\u007e]*)?$/;

/**
 * `PUT /slave/upload`: opens a session, for as long as the master says. The same session again is a success, and may name
 * whom to tell; for another file it is 409.
 */
export async function openSession(call: SlaveCall): Promise<Outcome> {
  const { session: given, overwrite, explicit } = signedJson(call.body, slaveUploadBody);
  const { Props: props, ChunkSize: chunkSize } = given;
  const url = given.Callback ? callbackUrl(given.Callback) : null;
  const facts: SlaveFacts = {
    sessionId: props.UploadSessionID,
    chunkSize,
    waits: url === null && explicit === true,
    callback: url === null ? null : { url, state: "pending" },
  };
  const path = filePath(props.SavePath);
  const modifiedAt = Date.parse(props.LastModified ?? "");
  const request: CreateUpload = {
    id: await nodeSessionId(call.settings.owner, props.UploadSessionID),
    policyId: null,
    protocol: slaveProtocol,
    wire: facts,
    path,
    size: props.Size,
    framing: "free",
    // A callback that is named later changes who completes it.
    completion: "explicit",
    transfer: "through",
    contentType: mediaTypeOf(mediaType.test(props.MimeType ?? "") ? props.MimeType : null, path),
    expiresAt: expiryOfSession(props.ExpireAt, call.clock.now()),
    onConflict: overwrite === true ? "replace" : "refuse",
    ...(modifiedAt > 0 ? { modifiedAt } : {}),
  };
  const session = await create(call, request);
  const there = session === null ? null : readSlaveFacts(session);
  if (session === null || there === null || there.chunkSize !== chunkSize) {
    return failed(409, "an upload session of this id is there, for another file");
  }
  const { id, state } = session;
  if (state === "aborting" || state === "aborted") {
    throw new UploadError("SESSION_CLOSED", `session ${id} is ${state}`, { id, state });
  }
  if (url !== null && there.callback?.url !== url) {
    await call.engine.setWire(id, { ...there, waits: false, callback: facts.callback }, call.options);
    // All of it may be there by now, or even complete. Of an empty one, the one chunk is still to come.
    if (props.Size > 0) await finishIfFull(call, id);
    call.courier.take(call.engine, id);
  }
  return done();
}

/** `null`: a session of this id is there, for another file. */
async function create({ engine, options }: SlaveCall, request: CreateUpload): Promise<SessionView | null> {
  try {
    return await engine.create(request, options);
  } catch (error) {
    if (isUploadError(error) && error.code === "SESSION_EXISTS") return null;
    throw error;
  }
}

function expiryOfSession(text: string, now: number): number {
  const expiresAt = Date.parse(text);
  if (expiresAt > now) return expiresAt;
  throw badRequest("session.Props.ExpireAt: not in the future");
}

function callbackUrl(text: string): string {
  if (!URL.canParse(text)) throw badRequest("session.Callback: not a URL");
  const { protocol, href, username, password } = new URL(text);
  if (!/^https?:$/.test(protocol)) throw badRequest("session.Callback: not a URL of http or https");
  if (username !== "" || password !== "") throw badRequest("session.Callback: names a user");
  return href;
}
