import { printInstant } from "../files/instant.js";
import type { Account } from "../session/accounts.js";
import { printUserId } from "../wire/user-id.js";
import type { UserAnswer } from "../wire/answers.js";

/** An account as clients read it. Of its groups they know one: the first. */
export function printUser({ owner, email, nickname, groups, createdAt }: Omit<Account, "stamp">): UserAnswer {
  const [group = "user"] = groups;
  return {
    id: printUserId(owner),
    email,
    nickname,
    status: "active",
    created_at: printInstant(createdAt),
    group: { id: printUserId(group), name: group, direct_link_batch_size: 0, trash_retention: 0 },
  };
}
