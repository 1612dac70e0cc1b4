import { checkPath } from "../catalog/path.js";
import type { UploadTarget } from "../target.js";
import { isUploadError, UploadError } from "../errors.js";
import { planChunks } from "../plan-chunks.js";
import type { CallOptions, Json, Runtime } from "../runtime.js";
import type { EntryDraft, SessionCore, SessionView, UploadSession } from "../session.js";
import type { Caller, CreateUpload } from "../uploads.js";
import { abortSession } from "./abort.js";
import type { EngineContext } from "./context.js";
import { toUploadError } from "./failure.js";
import { joinCreated } from "./join-created.js";
import { makeObjectKey } from "./object-key.js";
import type { ResolvedPolicy } from "./policies.js";
import { withRelay } from "./with-relay.js";
import { checkAccepted, choosePolicy, policyOfSession } from "./routing.js";
import { viewForEvent, viewSession } from "./view.js";

const defaultContentType = "application/octet-stream";

/** `Uploads.create`. */
export async function create(
  context: EngineContext,
  caller: Caller,
  given: CreateUpload,
  options: CallOptions,
): Promise<SessionView> {
  const request = (await context.hooks.beforeCreate?.(given, caller, options)) ?? given;
  const room = request.size === null ? await roomFor(context, caller, options) : Infinity;
  const core = draftSession(context, caller, request, room);
  const { driver } = policyOfSession(context, core);
  if (driver.capabilities.passiveBegin === true) {
    const handle = await driver.begin(core.target, options);
    const open: UploadSession = { ...core, state: "open", handle };
    return (await insert(context, caller, request, open, options)) ?? announce(context, open);
  }
  const opening: UploadSession = { ...core, state: "opening", dueAt: core.createdAt + context.timing.rescueMs };
  const joined = await insert(context, caller, request, opening, options);
  return joined ?? announce(context, await begin(context, opening, core, options));
}

/** Stores the session before anything is begun at the backend. `null`: it is ours; else the one that was there. */
async function insert(
  context: EngineContext,
  caller: Caller,
  request: CreateUpload,
  session: UploadSession,
  options: CallOptions,
): Promise<SessionView | null> {
  try {
    await context.store.insert(session, context.quota(caller), options);
    return null;
  } catch (error) {
    if (request.id === undefined || !isUploadError(error) || error.code !== "SESSION_EXISTS") throw error;
    return joinCreated(context, session, options);
  }
}

async function begin(
  context: EngineContext,
  opening: UploadSession,
  core: SessionCore,
  options: CallOptions,
): Promise<UploadSession> {
  const { driver } = policyOfSession(context, core);
  let handle: Json;
  try {
    handle = await driver.begin(core.target, options);
  } catch (caught) {
    const error = toUploadError(caught, "begin");
    context.health.failed(core.policyId, error);
    await abortSession(context, core.id, { reason: "failed" }, options).catch(() => {});
    throw error;
  }
  const open: UploadSession = { ...core, revision: opening.revision + 1, state: "open", handle };
  try {
    await context.store.replace(open, Number.MAX_SAFE_INTEGER, options);
  } catch (error) {
    // Given up meanwhile (aborted, or swept as overdue): nobody else knows this handle. After any other error it may
    // have been stored all the same, and then the upload goes on.
    const isGivenUp =
      isUploadError(error) && (error.code === "REVISION_CONFLICT" || error.code === "SESSION_NOT_FOUND");
    if (isGivenUp) await driver.abort(handle, core.target, options).catch(() => {});
    throw error;
  }
  return open;
}

function announce(context: EngineContext, session: UploadSession): SessionView {
  context.known.remember(session);
  const { id, policyId, driver } = session;
  if (context.policies.get(policyId)?.relayed?.driver.name === driver)
    context.runtime.log.info({ sessionId: id, policyId, driver }, "the upload's bytes go through the relay");
  const snapshot = { session, received: 0 };
  context.emit(() => ({ type: "upload.created", at: session.createdAt, session: viewForEvent(snapshot) }));
  return viewSession(snapshot);
}

/** Most bytes that an upload of unknown size may come to, as far as the caller's quota goes. */
async function roomFor(context: EngineContext, caller: Caller, options: CallOptions): Promise<number> {
  const quota = context.quota(caller);
  if (quota === Number.MAX_SAFE_INTEGER) return quota;
  const { reserved, stored } = await context.store.usage(ownerOf(caller), options);
  return Math.max(0, quota - reserved - stored);
}

function draftSession(context: EngineContext, caller: Caller, request: CreateUpload, room: number): SessionCore {
  const { path, size } = request;
  const owner = ownerOf(caller);
  if (path !== null) checkFilePath(path);
  if (size !== null && (!Number.isSafeInteger(size) || size < 0)) {
    throw new UploadError("OBJECT_TOO_LARGE", `${size} is no size`, { size, limit: Number.MAX_SAFE_INTEGER });
  }
  const { contentType: given = "" } = request;
  const contentType = fitsHeader(given) ? given : defaultContentType;
  const upload = { path, size, contentType };
  const policy = withRelay(choosePolicy(context, request.policyId, upload, caller), request);
  checkAccepted(policy, upload);
  checkCapable(policy, request, context.runtime);
  const now = context.runtime.clock.now();
  const { ttlMs, maxLifeMs } = policy.session;
  const id = request.id ?? context.runtime.newId();
  const expiresAt = request.expiresAt ?? now + Math.min(ttlMs, maxLifeMs);
  const target = makeTarget(context, policy, { ...request, id, contentType }, owner, now);
  return {
    id,
    revision: 0,
    owner,
    policyId: policy.id,
    driver: policy.driver.name,
    protocol: request.protocol,
    wire: request.wire ?? null,
    // A grant needs a plan, and no bytes need no grant.
    transfer: request.transfer ?? (target.plan === null || size === 0 ? "through" : policy.transfer),
    target,
    sizeLimit: size ?? Math.min(policy.accept.maxSize, policy.driver.capabilities.maxObjectSize ?? Infinity, room),
    entry: path === null ? null : draftEntry(request, path, now),
    completion: request.completion,
    createdAt: now,
    expiresAt,
    dueAt: expiresAt,
  };
}

function makeTarget(
  context: EngineContext,
  policy: ResolvedPolicy,
  request: CreateUpload & { readonly id: string; readonly contentType: string },
  owner: string,
  now: number,
): UploadTarget {
  const { id, path, size, checksum, contentType, metadata, framing, minChunkSize = 0, expiresAt = 0 } = request;
  // A wish of 0 is one chunk, or as few as there can be.
  const wish = policy.chunks.size === 0 ? 0 : Math.max(policy.chunks.size, minChunkSize);
  return {
    sessionId: id,
    key: makeObjectKey(policy.key, { owner, path, now }),
    size,
    plan: framing === "planned" && size !== null ? planChunks(size, wish, policy.driver.capabilities.part) : null,
    ...(checksum === undefined ? {} : { checksum }),
    contentType,
    metadata: metadata ?? {},
    // What the backend grants for this upload must outlive the session, however often it slides.
    expiresAt: Math.max(expiresAt, now + policy.session.maxLifeMs),
  };
}

function draftEntry({ onConflict, replaces, modifiedAt }: CreateUpload, path: string, now: number): EntryDraft {
  return {
    path,
    onConflict: onConflict ?? "refuse",
    ...(replaces === undefined ? {} : { replaces }),
    modifiedAt: modifiedAt ?? now,
  };
}

/** @throws {UploadError} `UNSUPPORTED`, `LENGTH_REQUIRED` */
function checkCapable(
  { driver }: ResolvedPolicy,
  { size, framing, checksum }: CreateUpload,
  { digest }: Pick<Runtime, "digest">,
): void {
  const { capabilities, name } = driver;
  const lacks = (capability: string): UploadError =>
    new UploadError("UNSUPPORTED", `driver ${name} lacks ${capability}`, { driver: name, capability });
  if (framing === "planned" && size === null)
    throw new UploadError("LENGTH_REQUIRED", "a planned upload needs its size", { offset: 0 });
  if (size === null && capabilities.deferredSize !== true) throw lacks("deferredSize");
  const { minSize, multipleOf = 1, uniform = false } = capabilities.part;
  if (framing === "free" && (minSize > 1 || multipleOf > 1 || uniform)) throw lacks("chunks of any size");
  if (checksum === undefined) return;
  if (checksum.algorithm !== "crc32" && driver.objects?.read === undefined) throw lacks("objects.read");
  // Throws now, and not after the last byte, where this runtime lacks the digest.
  digest(checksum.algorithm);
}

/** @throws {UploadError} `NAME_REFUSED`, also for the root */
export function checkFilePath(path: string): void {
  checkPath(path);
  if (path === "/") throw new UploadError("NAME_REFUSED", "the root is no file", { name: path, rule: "root" });
}

/** A client may call its file anything; backends send and store the type in a header field. */
function fitsHeader(contentType: string): boolean {
  return /^[\x21-\x7e][\x20-\x7e]{0,254}$/.test(contentType);
}

/** The operator acts for everybody, but files are somebody's. */
export function ownerOf({ owner }: Caller): string {
  if (owner !== null) return owner;
  throw new UploadError("FORBIDDEN", "the operator has no files of its own", { reason: "operator" });
}
