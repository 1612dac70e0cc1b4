import type { Command } from "commander";
import { addUserTokens } from "./user-tokens.js";
import { addAccount } from "../gateway/users/add-account.js";
import type { AddAccountFlags } from "../gateway/users/add-account.js";
import { changePassword } from "../gateway/users/change-password.js";
import type { PasswordFlags } from "../gateway/users/change-password.js";
import { listAccounts } from "../gateway/users/list-accounts.js";
import { withAccounts } from "../gateway/with-accounts.js";
import { gatewayOptions, withExamples } from "../options.js";
import type { GatewayFlags } from "../options.js";
import { runCommand } from "../run-command.js";

const passwordFlag = ["--password-stdin", "the password is on standard input, not asked for"] as const;

/** `stowage user`. */
export function addUser(program: Command): void {
  const user = program
    .command("user")
    .summary("users of a gateway on this machine")
    .description(
      "Users of a gateway on this machine, in its data folder. A running gateway sees a change with the next request.\n" +
        "Those of its configuration file are changed there.",
    );
  addVerbs(user);
  addSwitches(user);
  addUserTokens(user);
}

function addVerbs(user: Command): void {
  const add = user
    .command("add")
    .argument("<name>", "owns the files; never changes")
    .description("Adds a user. The password is asked for.")
    .requiredOption("--email <address>", "what the user signs in with")
    .option("--nickname <name>", "shown to people; otherwise the name")
    .option("--group <group...>", "groups of the configuration")
    .option("--quota <size>", "such as 50 GiB; otherwise that of the groups")
    .option(...passwordFlag);
  withExamples(
    gatewayOptions(add),
    "stowage user add alice --email alice@files.example --group staff --config stowage.yaml",
  ).action((name: string, flags: AddAccountFlags) => runCommand(flags, (output) => addAccount(name, flags, output)));
  const list = user.command("list").description("Lists the users, without those of the configuration file.");
  gatewayOptions(list).action((flags: GatewayFlags) => runCommand(flags, (output) => listAccounts(flags, output)));
  const password = user
    .command("password")
    .argument("<name>")
    .description(
      "Changes a password, which is asked for. Whoever signed in with the old one is signed out; API tokens stay.",
    )
    .option(...passwordFlag);
  gatewayOptions(password).action((name: string, flags: PasswordFlags) =>
    runCommand(flags, (output) => changePassword(name, flags, output)),
  );
  const remove = user
    .command("remove")
    .argument("<name>")
    .description("Removes a user and his API tokens. His files stay, for whoever gets the name next.");
  gatewayOptions(remove).action((name: string, flags: GatewayFlags) =>
    runCommand(flags, async (output) => {
      await withAccounts(flags, (database, { removeUser }) => removeUser(database, name));
      output.either(`${name}: removed`, { event: "removed", user: name });
    }),
  );
}

function addSwitches(user: Command): void {
  for (const [verb, isDisabled, text] of [
    ["disable", true, "Locks a user out: neither password nor API token counts."],
    ["enable", false, "Lets a disabled user in again."],
  ] as const) {
    gatewayOptions(user.command(verb).argument("<name>").description(text)).action(
      (name: string, flags: GatewayFlags) =>
        runCommand(flags, async (output) => {
          await withAccounts(flags, (database, { disableUser }) => disableUser(database, name, isDisabled));
          output.either(`${name}: ${verb}d`, { event: `${verb}d`, user: name });
        }),
    );
  }
}
