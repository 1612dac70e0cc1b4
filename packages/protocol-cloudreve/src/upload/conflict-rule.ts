import { UploadError } from "@stowage/core";
import type { CreateUpload } from "@stowage/core";
import type { OwnCall } from "../call.js";
import { parseEntityId } from "../files/entity-id.js";
import { badRequest } from "../wire/bad-request.js";

/** How a request asks for it, by Cloudreve's names. */
interface Wish {
  readonly entity_type?: string | null | undefined;
  readonly previous?: string | null | undefined;
}

/**
 * What a request wants with a file that is there: `entity_type` "version" replaces it, `previous` only while that
 * entity is current. The engine looks at the version again when it publishes, so that of several who name the same
 * one only the first replaces it.
 *
 * @throws {UploadError} `OPTIONS_INVALID` for what is no entity id, `OBJECT_EXISTS`, `VERSION_CONFLICT`
 */
export async function conflictRule(
  { engine, options }: OwnCall,
  path: string,
  { entity_type: type, previous }: Wish,
): Promise<Pick<CreateUpload, "onConflict" | "replaces">> {
  const onConflict = type === "version" ? "replace" : "refuse";
  if (!previous) return { onConflict };
  const entity = parseEntityId(previous);
  if (entity === null) throw badRequest("previous: not an entity id");
  const there = await engine.find({ path }, options);
  if (there !== null && (onConflict === "refuse" || there.object === null)) {
    throw new UploadError("OBJECT_EXISTS", "something is at the path", { path });
  }
  if (there?.id !== entity.entryId) throw new UploadError("VERSION_CONFLICT", "another file is at the path", { path });
  return { onConflict, replaces: entity.version };
}
