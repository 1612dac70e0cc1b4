import type { Catalog } from "@stowage/core";
import type { Access } from "../access.js";
import type { WriteVerbs } from "../write-verbs.js";
import type { CatalogReads } from "./reads.js";

/** `Catalog`: which verb reads and which writes. */
export function catalogVerbs(access: Access, writes: WriteVerbs, reads: CatalogReads): Catalog {
  return {
    find: (owner, path) => access.read("find", () => reads.find(owner, path)),
    findById: (id) => access.read("findById", () => reads.findById(id)),
    list: (owner, folder, after, limit) => access.read("list", () => reads.list(owner, folder, after, limit)),
    makeFolder: (entry) => access.write("makeFolder", null, () => writes.makeFolder(entry)),
    rename: (id, path) => access.write("rename", null, () => writes.rename(id, path)),
    remove: (id) => access.write("remove", null, () => writes.remove(id)),
    usage: (owner) => access.read("usage", () => reads.usage(owner)),
  };
}
