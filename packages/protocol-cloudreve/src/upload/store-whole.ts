import { chunkAt, UploadError } from "@stowage/core";
import type { CatalogEntry, Checksum, CreateUpload, SessionView } from "@stowage/core";
import type { OwnCall } from "../call.js";
import type { SizedBody } from "./body-length.js";
import { slices } from "./slices.js";

/** What `storeWhole` stores. */
export type WholeFile = Pick<CreateUpload, "wire" | "contentType" | "metadata" | "onConflict" | "replaces"> & {
  readonly path: string;
};

/**
 * A whole file from one body, through a session that never outlives the request: on failure it is given up.
 *
 * @throws {UploadError} whatever `create` and `write` throw
 */
export async function storeWhole(
  { engine, options }: OwnCall,
  file: WholeFile,
  body: SizedBody,
  checksum: Checksum | null,
): Promise<CatalogEntry> {
  const session = await engine.create(
    {
      ...file,
      policyId: null,
      protocol: "cloudreve-content",
      size: body.size,
      framing: "planned",
      completion: "when-full",
      transfer: "through",
      ...(checksum === null ? {} : { checksum }),
    },
    options,
  );
  try {
    const plan = session.target.plan ?? { size: body.size, chunkSize: body.size, count: 1 };
    const slice = slices(body);
    for (let index = 0; index < plan.count; index += 1) {
      const range = chunkAt(plan, index);
      await engine.write(session.id, { index }, slice(range, index === plan.count - 1), options);
    }
  } catch (error) {
    // Without the request's signal: the session must go also when the client has gone.
    await engine.abort(session.id).catch(() => {});
    throw error;
  }
  const entry = await engine.find({ path: file.path }, options);
  if (entry === null) throw new UploadError("ENTRY_NOT_FOUND", "the file is gone again", { path: file.path });
  return ownVersion(entry, session);
}

/**
 * The entry as this session left it. Replaced since, it would tell its client of a version that the client has never
 * seen, and that its next `previous` would take for its own.
 */
function ownVersion(entry: CatalogEntry, { id, target }: SessionView): CatalogEntry {
  if (entry.version === id || entry.object === null) return entry;
  return { ...entry, version: id, object: { ...entry.object, size: target.size ?? 0 } };
}
