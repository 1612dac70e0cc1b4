import type { GatewayFlags } from "../../options.js";
import type { Output } from "../../output.js";
import { formatSize } from "../../terminal/format-size.js";
import { table } from "../../terminal/table.js";
import { withAccounts } from "../with-accounts.js";

/** Lists the users of a data folder. */
export async function listAccounts(flags: GatewayFlags, output: Output): Promise<void> {
  const users = await withAccounts(flags, (database, { listUsers }) => listUsers(database));
  for (const user of users) output.json(user);
  const rows = users.map(({ owner, email, groups, quota, isDisabled }) => [
    owner,
    email,
    groups.join(" "),
    quota === null ? "" : formatSize(quota),
    isDisabled ? "disabled" : "",
  ]);
  if (rows.length === 0) output.line("no users but those of the configuration");
  else for (const line of table(["NAME", "EMAIL", "GROUPS", "QUOTA", "STATE"], rows)) output.line(line);
}
