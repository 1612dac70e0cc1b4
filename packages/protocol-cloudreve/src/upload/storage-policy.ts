import type { PolicyView } from "@stowage/core";
import { policyType } from "../direct/policy-type.js";
import type { PolicyType } from "../direct/policy-type.js";
import type { StoragePolicyAnswer } from "../wire/answers.js";

/**
 * A policy as clients read it. Its type is `local` wherever the bytes come through us, whatever the backend: to a client
 * that means "chunks go to the server that made the session". (Cloudreve's `relay` says so too, but takes the chunks away.)
 */
export function printStoragePolicy(policy: PolicyView, type: PolicyType = policyType(policy)): StoragePolicyAnswer {
  const { id, name, accept, chunks } = policy;
  const { extensions, pattern } = accept.names;
  const suffixes = extensions?.list.map((suffix) => suffix.toLowerCase()) ?? [];
  return {
    id,
    name,
    type,
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
