import type { Caller } from "@stowage/core";
import type { Call } from "../call.js";
import type { UserAnswer } from "../wire/answers.js";
import { printUser } from "./print-user.js";

/** The caller as clients read him. Who came by another way than the accounts is known by his owner's name alone. */
export async function findUser({ settings, options }: Call, { owner, groups }: Caller): Promise<UserAnswer> {
  const account = owner === null ? null : await settings.accounts?.findByOwner(owner, options);
  if (account) return printUser(account);
  const name = owner ?? "operator";
  return printUser({ owner: name, email: "", nickname: name, groups, createdAt: 0 });
}
