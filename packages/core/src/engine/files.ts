import { checkPath } from "../catalog/path.js";
import type { ByteRange, ByteSource } from "../bytes.js";
import type { CatalogEntry } from "../catalog-entry.js";
import { UploadError } from "../errors.js";
import type { CallOptions } from "../runtime.js";
import type { ObjectRef } from "../object-ref.js";
import type { Caller, Files } from "../uploads.js";
import type { EngineContext } from "./context.js";
import { checkFilePath, ownerOf } from "./create.js";
import { typed } from "./failure.js";
import { checkAccepted, policyOf } from "./routing.js";
import { loadVisible, owns } from "./visible.js";

/** The caller's catalog and the bytes behind it. Strangers' entries look like none. */
export function makeFiles(context: EngineContext, caller: Caller): Files {
  const full = (options: Partial<CallOptions> = {}): CallOptions => ({ signal: options.signal ?? context.patient });
  return {
    find: (at, options) => typed("find", find(context, caller, at, full(options))),
    list: (folder, after, limit, options) => typed("list", list(context, caller, folder, after, limit, full(options))),
    makeFolder: (path, options) => typed("makeFolder", makeFolder(context, caller, path, full(options))),
    rename: (id, path, options) => typed("rename", rename(context, caller, id, path, full(options))),
    remove: (id, options) => typed("remove", remove(context, caller, id, full(options))),
    read: (from, range, options) => typed("read", read(context, caller, from, range, full(options))),
    signRead: (id, ttlMs, options) => typed("signRead", signRead(context, caller, id, ttlMs, full(options))),
    usage: (options) => typed("usage", usage(context, caller, full(options))),
  };
}

async function list(
  context: EngineContext,
  caller: Caller,
  folder: string,
  after: string | null,
  limit: number,
  options: CallOptions,
): Promise<readonly CatalogEntry[]> {
  checkPath(folder);
  return context.store.list(ownerOf(caller), folder, after, limit, options);
}

async function rename(
  context: EngineContext,
  caller: Caller,
  id: string,
  path: string,
  options: CallOptions,
): Promise<CatalogEntry> {
  checkFilePath(path);
  const { object, contentType } = await findOwn(context, caller, id, options);
  // A new name must not get round the rules that the old one had to keep.
  const policy = object === null ? undefined : context.policies.get(object.policyId);
  if (policy !== undefined) checkAccepted(policy, { path, size: null, contentType });
  return context.store.rename(id, path, options);
}

async function remove(context: EngineContext, caller: Caller, id: string, options: CallOptions): Promise<void> {
  await findOwn(context, caller, id, options);
  await context.store.remove(id, options);
}

async function read(
  context: EngineContext,
  caller: Caller,
  from: Parameters<Files["read"]>[0],
  range: ByteRange | null,
  options: CallOptions,
): Promise<ByteSource> {
  const named =
    "sessionId" in from
      ? sessionObject(context, caller, from.sessionId, options)
      : entryObject(context, caller, from.entryId, options, from.version);
  return readObject(context, await named, range, options);
}

async function signRead(
  context: EngineContext,
  caller: Caller,
  entryId: string,
  ttlMs: number,
  options: CallOptions,
): Promise<string | null> {
  const { policyId, key } = await entryObject(context, caller, entryId, options);
  return (await policyOf(context, policyId).driver.objects?.signRead?.(key, ttlMs, options)) ?? null;
}

async function usage(context: EngineContext, caller: Caller, options: CallOptions): ReturnType<Files["usage"]> {
  return { ...(await context.store.usage(ownerOf(caller), options)), limit: context.quota(caller) };
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
  if (path === "/") throw new UploadError("OBJECT_EXISTS", "the root is there", { path });
  checkPath(path);
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
  version?: string,
): Promise<KnownObject> {
  const entry = await findOwn(context, caller, id, options);
  const { object, path } = entry;
  if (object === null) throw new UploadError("ENTRY_NOT_FOUND", "a folder has no bytes", { path });
  if (version === undefined || version === entry.version) return object;
  throw new UploadError("SUPERSEDED", "the file was replaced meanwhile", { id: version }, { retry: "same" });
}

async function sessionObject(
  context: EngineContext,
  caller: Caller,
  id: string,
  options: CallOptions,
): Promise<KnownObject> {
  const { session } = await loadVisible(context, caller, id, options);
  if (session.state === "completed") return { ...session.object, policyId: session.policyId };
  throw new UploadError("SESSION_CLOSED", `session ${id} is ${session.state}`, { id, state: session.state });
}

type KnownObject = ObjectRef & { readonly size: number };

async function readObject(
  context: EngineContext,
  { policyId, key, size }: KnownObject,
  range: ByteRange | null,
  options: CallOptions,
): Promise<ByteSource> {
  const { driver } = policyOf(context, policyId);
  const body = await driver.objects?.read?.(key, range, options);
  if (body === undefined)
    throw new UploadError("UNSUPPORTED", `driver ${driver.name} cannot read back`, {
      driver: driver.name,
      capability: "objects.read",
    });
  const { start, end } = range ?? { start: 0, end: size };
  if (body.size === null || body.size === end - start) return body;
  // Nobody will read it, and a connection to the backend may hang on it.
  await body.stream()[Symbol.asyncIterator]().return?.();
  throw new UploadError("INTERNAL", `${body.size} of ${end - start} bytes are there`, { operation: "read" });
}
