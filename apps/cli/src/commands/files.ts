import type { Command } from "commander";
import { getCommand } from "../download/get-command.js";
import type { GetFlags } from "../download/get-command.js";
import { serverOptions, withExamples } from "../options.js";
import type { ServerFlags } from "../options.js";
import { runCommand } from "../run-command.js";
import { listFiles } from "../server/files/list-files.js";
import { removeFile } from "../server/files/remove-file.js";
import { openServer } from "../server/server.js";
import type { Server } from "../server/server.js";
import { serverAddress } from "../server/server-address.js";

const serverOf = (flags: ServerFlags): Server => openServer(serverAddress(flags, process.env));

/** `stowage files`. */
export function addFiles(program: Command): void {
  const files = program.command("files").summary("your files at the server").description("Your files at the server.");
  const list = files.command("list").argument("[folder]", "absolute", "/").description("Lists a folder.");
  withExamples(serverOptions(list), "stowage files list /holiday").action((folder: string, flags: ServerFlags) =>
    runCommand(flags, (output) => listFiles(serverOf(flags), folder, output)),
  );
  const get = files
    .command("get")
    .argument("<path>", "absolute")
    .description(
      "Downloads a file. What was interrupted goes on when the same command is run again; the bytes are compared with the\n" +
        "file's checksum, where the server tells one.",
    )
    .option("-o, --output <file>", "where to, - for standard output (otherwise its name, in this folder)")
    .option("--patience <minutes>", "how long to go on without any answer", "5")
    .option("--overwrite", "replace a file of this machine");
  withExamples(
    serverOptions(get),
    "stowage files get /holiday/film.mp4",
    "stowage files get /backup.tar -o - | tar t",
  ).action((path: string, flags: GetFlags) => runCommand(flags, (output) => getCommand(path, flags, output)));
  const remove = files
    .command("remove")
    .argument("<path>", "absolute")
    .description("Removes a file, or a folder with all that is in it. There is no trash.");
  withExamples(serverOptions(remove), "stowage files remove /holiday/film.mp4").action(
    (path: string, flags: ServerFlags) => runCommand(flags, (output) => removeFile(serverOf(flags), path, output)),
  );
}
