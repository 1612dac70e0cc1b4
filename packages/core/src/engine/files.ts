import { checkPath } from "../catalog/path.js";
import type { ByteSource } from "../bytes.js";
import type { CatalogEntry } from "../catalog-entry.js";
import { UploadError } from "../errors.js";
import type { CallOptions } from "../runtime.js";
import type { ObjectRef } from "../object-ref.js";
import type { Caller, Files } from "../uploads.js";
import type { EngineContext } from "./context.js";
import { ownerOf } from "./create.js";
import { policyOf } from "./routing.js";
import { loadVisible, owns } from "./visible.js";

/** The caller's catalog and the bytes behind it. Strangers' entries look like none. */
export function makeFiles(context: EngineContext, caller: Caller): Files {
  const { store } = context;
  const complete = (options: Partial<CallOptions> = {}): CallOptions => ({ signal: options.signal ?? context.patient });
  return {
    find: (at, options) => find(context, caller, at, complete(options)),
    list: async (folder, after, limit, options) => {
      checkPath(folder);
      return store.list(ownerOf(caller), folder, after, limit, complete(options));
    },
    makeFolder: (path, options) => makeFolder(context, caller, path, complete(options)),
    rename: async (id, path, options) => {
      checkPath(path);
      await findOwn(context, caller, id, complete(options));
      return store.rename(id, path, complete(options));
    },
    remove: async (id, options) => {
      await findOwn(context, caller, id, complete(options));
      await store.remove(id, complete(options));
    },
    read: async (from, range, options) => {
      const object =
        "sessionId" in from
          ? await sessionObject(context, caller, from.sessionId, complete(options))
          : await entryObject(context, caller, from.entryId, complete(options));
      return readObject(context, object, range, complete(options));
    },
    signRead: async (entryId, ttlMs, options) => {
      const { policyId, key } = await entryObject(context, caller, entryId, complete(options));
      return (await policyOf(context, policyId).driver.objects?.signRead?.(key, ttlMs, complete(options))) ?? null;
    },
    usage: async (options) => ({
      ...(await store.usage(ownerOf(caller), complete(options))),
      limit: context.quota(caller),
    }),
  };
}

async function find(
  context: EngineContext,
  caller: Caller,
  at: Parameters<Files["find"]>[0],
  options: CallOptions,
): Promise<CatalogEntry | null> {
  if ("path" in at) return context.store.find(ownerOf(caller), at.path, options);
  const entry = await context.store.findById(at.id, options);
  return entry !== null && owns(caller, entry.owner) ? entry : null;
}

async function findOwn(
  context: EngineContext,
  caller: Caller,
  id: string,
  options: CallOptions,
): Promise<CatalogEntry> {
  const entry = await find(context, caller, { id }, options);
  if (entry === null) throw new UploadError("ENTRY_NOT_FOUND", "no such entry", { path: id });
  return entry;
}

async function makeFolder(
  context: EngineContext,
  caller: Caller,
  path: string,
  options: CallOptions,
): Promise<CatalogEntry> {
  checkPath(path);
  if (path === "/") throw new UploadError("OBJECT_EXISTS", "the root is there", { path });
  const { clock, newId } = context.runtime;
  const [id, now] = [newId(), clock.now()];
  const folder = {
    id,
    version: id,
    owner: ownerOf(caller),
    path,
    object: null,
    contentType: "",
    metadata: {},
    createdAt: now,
    modifiedAt: now,
  };
  await context.store.makeFolder(folder, options);
  return folder;
}

async function entryObject(
  context: EngineContext,
  caller: Caller,
  id: string,
  options: CallOptions,
): Promise<ObjectRef> {
  const { object, path } = await findOwn(context, caller, id, options);
  if (object === null) throw new UploadError("ENTRY_NOT_FOUND", "a folder has no bytes", { path });
  return object;
}

async function sessionObject(
  context: EngineContext,
  caller: Caller,
  id: string,
  options: CallOptions,
): Promise<ObjectRef> {
  const { session } = await loadVisible(context, caller, id, options);
  if (session.state === "completed") return { policyId: session.policyId, key: session.object.key };
  throw new UploadError("SESSION_CLOSED", `session ${id} is ${session.state}`, { id, state: session.state });
}

async function readObject(
  context: EngineContext,
  { policyId, key }: ObjectRef,
  range: Parameters<Files["read"]>[1],
  options: CallOptions,
): Promise<ByteSource> {
  const { driver } = policyOf(context, policyId);
  if (driver.objects === undefined)
    throw new UploadError("UNSUPPORTED", `driver ${driver.name} cannot read back`, {
      driver: driver.name,
      capability: "objects",
    });
  return driver.objects.read(key, range, options);
}
