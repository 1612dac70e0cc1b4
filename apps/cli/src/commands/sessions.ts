import type { Command } from "commander";
import { serverOptions, withExamples } from "../options.js";
import type { ServerFlags } from "../options.js";
import { runCommand } from "../run-command.js";
import { abortSession } from "../server/sessions/abort-session.js";
import { listSessions } from "../server/sessions/list-sessions.js";
import { showSession } from "../server/sessions/show-session.js";
import { openServer } from "../server/server.js";
import type { Server } from "../server/server.js";
import { serverAddress } from "../server/server-address.js";

interface ListFlags extends ServerFlags {
  readonly all?: boolean;
}

const serverOf = (flags: ServerFlags): Server => openServer(serverAddress(flags, process.env));

/** `stowage sessions`. */
export function addSessions(program: Command): void {
  const sessions = program
    .command("sessions")
    .summary("your uploads at the server, of any client")
    .description("Your uploads at the server, of whichever client made them.");
  const list = sessions
    .command("list")
    .description("Lists your unfinished uploads.")
    .option("--all", "finished and ended ones too, as long as the server remembers them");
  withExamples(serverOptions(list), "stowage sessions list", "stowage sessions list --all --json").action(
    (flags: ListFlags) => runCommand(flags, (output) => listSessions(serverOf(flags), flags.all === true, output)),
  );
  const show = sessions
    .command("show")
    .argument("<id>", "from `sessions list`")
    .description("Shows how far an upload is.");
  withExamples(serverOptions(show), "stowage sessions show 0e9b…").action((id: string, flags: ServerFlags) =>
    runCommand(flags, (output) => showSession(serverOf(flags), id, output)),
  );
  const abort = sessions
    .command("abort")
    .argument("<id>", "from `sessions list`")
    .description("Gives an unfinished upload up: what was sent is removed. A finished one stays.");
  withExamples(serverOptions(abort), "stowage sessions abort 0e9b…").action((id: string, flags: ServerFlags) =>
    runCommand(flags, (output) => abortSession(serverOf(flags), id, output)),
  );
}
