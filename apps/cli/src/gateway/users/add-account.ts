import { UploadFailure } from "@stowage/client";
import type { Output } from "../../output.js";
import { askPassword } from "../../terminal/ask-password.js";
import { gatewayConfig } from "../load-gateway.js";
import { withAccounts } from "../with-accounts.js";
import type { PasswordFlags } from "./change-password.js";

/** Of `stowage user add`. */
export interface AddAccountFlags extends PasswordFlags {
  readonly email: string;
  readonly nickname?: string;
  readonly group?: readonly string[];
  readonly quota?: string;
}

/** Adds a user, whose password is asked for. */
export async function addAccount(owner: string, flags: AddAccountFlags, output: Output): Promise<void> {
  const { email, nickname, group: groups, quota } = flags;
  if (groups !== undefined) await checkGroups(groups, flags);
  await withAccounts(flags, async (database, { addUser, parseSize }) => {
    const bytes = quota === undefined ? undefined : parseSize(quota);
    if (bytes === null) throw new UploadFailure("USAGE", `--quota: ${quota} is not a size such as 50 GiB`);
    const password = await askPassword({ input: process.stdin, prompt: process.stderr }, flags.passwordStdin === true);
    await addUser(database, {
      owner,
      email,
      password,
      ...(nickname === undefined ? {} : { nickname }),
      ...(groups === undefined ? {} : { groups }),
      ...(bytes === undefined ? {} : { quota: bytes }),
    });
  });
  output.either(`${owner}: added`, { event: "added", user: owner });
}

/** A user in a group that nobody configured would have neither its quota nor its limits. */
async function checkGroups(groups: readonly string[], flags: AddAccountFlags): Promise<void> {
  const config = await gatewayConfig(flags);
  const unknown = groups.filter((group) => !Object.hasOwn(config.groups, group));
  if (unknown.length === 0) return;
  const where = flags.config === undefined ? "; tell the configuration with --config" : "";
  throw new UploadFailure("USAGE", `--group: the configuration has no group ${unknown.join(", ")}${where}`);
}
