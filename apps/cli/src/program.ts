import { Command } from "commander";
import { addCheck } from "./commands/check.js";
import { addFiles } from "./commands/files.js";
import { addServe } from "./commands/serve.js";
import { addSessions } from "./commands/sessions.js";
import { addSweep } from "./commands/sweep.js";
import { addUpload } from "./commands/upload.js";
import { addUser } from "./commands/user.js";

const exitText = `
Exit codes: 0 all done, 1 something failed, 2 a mistake in the command or the configuration, 3 the server cannot be reached,
4 not permitted, 130 interrupted (^C), 143 and 129 ended by SIGTERM and SIGHUP.

Environment: STOWAGE_URL, STOWAGE_TOKEN; STOWAGE_CONFIG, STOWAGE_DATA, STOWAGE_HOST, STOWAGE_PORT, STOWAGE_LOG for a gateway;
XDG_STATE_HOME, where unfinished uploads are remembered; NO_COLOR.`;

/** The whole command line. It throws commander's error instead of ending the process. */
export function makeProgram(version: string): Command {
  const program = new Command("stowage")
    .description("Uploads that survive: to a Stowage server, and the server itself.")
    .version(version, "--version", "tell the version")
    .helpOption("--help", "tell what there is")
    .helpCommand(false)
    .showHelpAfterError("(--help tells what there is)")
    .addHelpText("after", exitText)
    .exitOverride();
  for (const add of [addServe, addUpload, addSessions, addFiles, addUser, addCheck, addSweep]) add(program);
  return program;
}
