import type { PolicyView } from "@stowage/core";
import type { StoragePolicyAnswer } from "../wire/answers.js";

/**
 * A policy as clients read it. Its type is `local` for every backend: to a client that means "chunks go to the
 * server that made the session", which is how the bytes travel here.
 */
export function printStoragePolicy({ id, name, accept, chunks }: PolicyView): StoragePolicyAnswer {
  const { extensions, pattern } = accept.names;
  const suffixes = extensions?.list.map((suffix) => suffix.toLowerCase()) ?? [];
  return {
    id,
    name,
    type: "local",
    max_size: accept.maxSize >= Number.MAX_SAFE_INTEGER ? 0 : accept.maxSize,
    ...(extensions?.kind === "allow" ? { allowed_suffix: suffixes } : {}),
    ...(extensions?.kind === "deny" ? { denied_suffix: suffixes } : {}),
    ...(pattern?.kind === "allow" ? { allowed_name_regexp: pattern.regexp } : {}),
    ...(pattern?.kind === "deny" ? { denied_name_regexp: pattern.regexp } : {}),
    ...(chunks.parallel > 1 ? { chunk_concurrency: chunks.parallel } : {}),
  };
}

/** The policy of this id; `undefined` where it is not configured any more. */
export function findPolicy(policies: readonly PolicyView[], id: string): PolicyView | undefined {
  return policies.find((policy) => policy.id === id);
}
