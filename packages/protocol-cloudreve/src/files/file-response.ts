import type { CatalogEntry, PolicyView } from "@stowage/core";
import { nameOf } from "@stowage/core/catalog";
import { findPolicy, printStoragePolicy } from "../upload/storage-policy.js";
import type { FileResponse } from "../wire/answers.js";
import { printUri } from "../wire/uri.js";
import { fileCapability, folderCapability, rootCapability } from "./capability.js";
import { printEntityId } from "./entity-id.js";
import { printInstant } from "./instant.js";

/** A file or folder as clients see it. */
export function printFile(entry: CatalogEntry): FileResponse {
  const { id, path, object, metadata, createdAt, modifiedAt } = entry;
  return {
    type: object === null ? 1 : 0,
    id,
    name: nameOf(path),
    created_at: printInstant(createdAt),
    updated_at: printInstant(modifiedAt),
    size: object?.size ?? 0,
    metadata: Object.keys(metadata).length === 0 ? null : { ...metadata },
    path: printUri(path),
    capability: object === null ? folderCapability : fileCapability,
    owned: true,
    ...(object === null ? {} : { primary_entity: printEntityId(entry) }),
  };
}

/** With what `extended=true` asks for: where the bytes are, and the one version that is kept. */
export function printExtended(entry: CatalogEntry, policies: readonly PolicyView[]): FileResponse {
  const { object, modifiedAt } = entry;
  if (object === null) return { ...printFile(entry), extended_info: { storage_used: 0, entities: [] } };
  const policy = findPolicy(policies, object.policyId);
  const stored = policy === undefined ? {} : { storage_policy: printStoragePolicy(policy) };
  const current = {
    id: printEntityId(entry),
    size: object.size,
    type: 0,
    created_at: printInstant(modifiedAt),
    ...stored,
  } as const;
  return { ...printFile(entry), extended_info: { ...stored, storage_used: object.size, entities: [current] } };
}

/** The root, which has no entry in the catalog. */
export function printRoot(): FileResponse {
  return {
    type: 1,
    id: "root",
    name: "",
    created_at: printInstant(0),
    updated_at: printInstant(0),
    size: 0,
    metadata: null,
    path: printUri("/"),
    capability: rootCapability,
    owned: true,
  };
}
