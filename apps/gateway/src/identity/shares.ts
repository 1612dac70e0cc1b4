import type { Caller } from "@stowage/core";
import { userByOwner } from "../accounts/stored-user.js";
import type { AccountsDatabase } from "../accounts/accounts-database.js";
import type { GatewayConfig } from "../config/config-schema.js";

type People = Pick<GatewayConfig, "users" | "groups">;

/** Bytes that a caller may have: his own quota, else the largest of his groups', else all there is. */
export function quotaOf({ users, groups }: People, database: AccountsDatabase): (caller: Caller) => number {
  return (caller) => {
    const owner = caller.owner ?? "";
    const own = Object.hasOwn(users, owner) ? users[owner]?.quota : userByOwner(database, owner)?.quota;
    if (own !== undefined && own !== null) return own;
    const ofGroups = settingsOf(groups, caller).flatMap(({ quota }) => (quota === undefined ? [] : [quota]));
    return ofGroups.length === 0 ? Number.MAX_SAFE_INTEGER : Math.max(...ofGroups);
  };
}

/** Whether a caller may use a policy: one of his groups names it, or none of them names any. */
export function allowedBy({ groups }: People): (caller: Caller, policyId: string) => boolean {
  return (caller, policyId) => {
    const named = settingsOf(groups, caller).flatMap(({ policies }) => (policies === undefined ? [] : [policies]));
    return named.length === 0 || named.some((policies) => policies.includes(policyId));
  };
}

function settingsOf(groups: People["groups"], caller: Caller): readonly People["groups"][string][] {
  return caller.groups.flatMap((group) =>
    Object.hasOwn(groups, group) && groups[group] !== undefined ? [groups[group]] : [],
  );
}
