import type { Command } from "commander";
import { withAccounts } from "../gateway/with-accounts.js";
import { gatewayOptions, withExamples } from "../options.js";
import type { GatewayFlags } from "../options.js";
import { runCommand } from "../run-command.js";
import { table } from "../terminal/table.js";

interface AddFlags extends GatewayFlags {
  readonly label?: string;
}

/** `stowage user token`. */
export function addUserTokens(user: Command): void {
  const token = user.command("token").description("API tokens, with which programs act as a user.");
  const add = token
    .command("add")
    .argument("<name>", "a user, of the configuration file too")
    .description("Makes a token and prints it, this once: only its digest is kept.")
    .option("--label <text>", "what it is for");
  withExamples(gatewayOptions(add), "export STOWAGE_TOKEN=$(stowage user token add alice --label laptop)").action(
    (name: string, flags: AddFlags) =>
      runCommand(flags, async (output) => {
        const made = await withAccounts(flags, (database, { addToken }) => addToken(database, name, flags.label));
        output.either(made.token, { event: "added", user: name, ...made });
      }),
  );
  const list = token
    .command("list")
    .argument("[name]", "of this user only")
    .description("Lists tokens, without their secrets.");
  gatewayOptions(list).action((name: string | undefined, flags: GatewayFlags) =>
    runCommand(flags, async (output) => {
      const tokens = await withAccounts(flags, (database, { listTokens }) => listTokens(database, name));
      for (const each of tokens) output.json(each);
      const rows = tokens.map(({ id, owner, createdAt, label }) => [
        id,
        owner,
        new Date(createdAt).toISOString(),
        label,
      ]);
      for (const line of table(["ID", "USER", "MADE", "LABEL"], rows)) output.line(line);
    }),
  );
  const remove = token.command("remove").argument("<id>", "from `user token list`").description("Ends a token.");
  gatewayOptions(remove).action((id: string, flags: GatewayFlags) =>
    runCommand(flags, async (output) => {
      await withAccounts(flags, (database, { removeToken }) => removeToken(database, id));
      output.either(`${id}: removed`, { event: "removed", token: id });
    }),
  );
}
