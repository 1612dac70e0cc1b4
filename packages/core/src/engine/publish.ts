import type { CatalogEntry } from "../catalog-entry.js";
import { combineChecksums } from "../checksum/combine.js";
import type { Checksum } from "../bytes.js";
import type { Receipt } from "../driver.js";
import type { StoredObject } from "../target.js";
import { UploadError } from "../errors.js";
import type { CallOptions } from "../runtime.js";
import type { UploadSession } from "../session.js";
import type { SessionSnapshot } from "../store.js";
import type { EngineContext } from "./context.js";
import type { ResolvedPolicy } from "./policies.js";
import { findParts } from "./find-parts.js";
import { verifyObject } from "./verify-object.js";
import { viewForEvent } from "./view.js";

export type Completing = UploadSession & { readonly state: "completing" };

/**
 * Makes the object at the backend, checks it, asks the hook, and publishes it in one transaction. Each step may
 * run again after a crash. `known`: all receipts; `null`: the store is asked.
 *
 * @throws {UploadError} what the driver, the checks, the hook or the store throw
 */
export async function publish(
  context: EngineContext,
  policy: ResolvedPolicy,
  snapshot: SessionSnapshot & { readonly session: Completing },
  known: readonly Receipt[] | null,
  options: CallOptions,
): Promise<StoredObject> {
  const { session } = snapshot;
  const { stored, combined } =
    session.transfer === "through"
      ? await makeObject(context, policy, session, known, options)
      : await confirmObject(context, policy, session, options);
  const object = withChecksum(stored, combined);
  await verifyObject(context, policy, session.target, object, combined, options);
  await guard(context, policy, snapshot, object, options);
  const completed = asCompleted(context, policy, session, object);
  await context.store.publish(completed, entryOf(context, session, object), options);
  context.known.forget(session.id);
  context.emit(() => {
    const view = viewForEvent({ session: completed, received: snapshot.received });
    return { type: "upload.completed", at: context.runtime.clock.now(), session: view, object };
  });
  return object;
}

/** `combined`: of all chunks, where each has one. */
interface Made {
  readonly stored: StoredObject;
  readonly combined: Checksum | null;
}

async function makeObject(
  context: EngineContext,
  policy: ResolvedPolicy,
  session: Completing,
  known: readonly Receipt[] | null,
  options: CallOptions,
): Promise<Made> {
  const receipts = known ?? (await context.store.receipts(session.id, options));
  const stored = await policy.driver.sink(session.handle, session.target).complete(receipts, options);
  return { stored, combined: combineChecksums(receipts) };
}

/** The backend is asked what it has, completes where the client has not, and is asked what came of it. */
async function confirmObject(
  context: EngineContext,
  policy: ResolvedPolicy,
  session: Completing,
  options: CallOptions,
): Promise<Made> {
  const { driver } = policy;
  const found = await findParts(context, policy, session, options);
  const isThere = found.kind === "object";
  const stored = isThere
    ? found.object
    : await driver.sink(session.handle, session.target).complete(found.receipts, options);
  const seen = driver.objects === undefined ? stored : await driver.objects.stat(stored.key, options);
  if (seen === null)
    throw new UploadError(
      "BACKEND_UNAVAILABLE",
      `${driver.name} completed, and shows no object`,
      { driver: driver.name },
      { retry: "after-probe" },
    );
  return { stored: { ...stored, ...seen }, combined: isThere ? null : combineChecksums(found.receipts) };
}

function withChecksum(object: StoredObject, combined: Checksum | null): StoredObject {
  return object.checksum !== undefined || combined === null ? object : { ...object, checksum: combined };
}

async function guard(
  context: EngineContext,
  policy: ResolvedPolicy,
  snapshot: SessionSnapshot,
  object: StoredObject,
  options: CallOptions,
): Promise<void> {
  if (context.hooks.beforePublish === undefined) return;
  const body = await policy.driver.objects?.read?.(object.key, null, options);
  if (body === undefined)
    throw new UploadError("UNSUPPORTED", "beforePublish needs a backend that can be read", {
      driver: policy.driver.name,
      capability: "objects.read",
    });
  await context.hooks.beforePublish(viewForEvent(snapshot), object, body, options);
}

function asCompleted(
  context: EngineContext,
  policy: ResolvedPolicy,
  session: Completing,
  object: StoredObject,
): UploadSession {
  const { handle: _, ...core } = session;
  const end = Math.max(core.expiresAt, context.runtime.clock.now() + policy.session.tombstoneMs);
  return {
    ...core,
    state: "completed",
    object,
    revision: session.revision + 1,
    expiresAt: end,
    dueAt: end,
  };
}

function entryOf(
  context: EngineContext,
  { id, owner, policyId, entry, target, createdAt }: Completing,
  object: StoredObject,
): CatalogEntry | null {
  if (entry === null) return null;
  const { key, size, checksum } = object;
  return {
    id: context.runtime.newId(),
    version: id,
    owner,
    path: entry.path,
    object: { policyId, key, size, ...(checksum === undefined ? {} : { checksum }) },
    contentType: target.contentType,
    metadata: target.metadata,
    createdAt,
    modifiedAt: entry.modifiedAt,
  };
}
