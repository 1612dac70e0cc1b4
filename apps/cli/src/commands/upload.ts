import { stat } from "node:fs/promises";
import { posix } from "node:path";
import type { Command } from "commander";
import { UploadFailure } from "@stowage/client";
import { exitCodes } from "../exit-code.js";
import { interruption } from "../interruption.js";
import { readCount, serverOptions, withExamples } from "../options.js";
import type { ServerFlags } from "../options.js";
import type { Output } from "../output.js";
import { runCommand } from "../run-command.js";
import { greet } from "../server/greet.js";
import { openServer } from "../server/server.js";
import { serverAddress } from "../server/server-address.js";
import { stateFolder } from "../state/state-folder.js";
import { sweepState } from "../state/sweep-state.js";
import { collectFiles } from "../upload/collect-files.js";
import type { Collected } from "../upload/collect-files.js";
import { spoolStdin } from "../upload/spool-stdin.js";
import type { UploadSettings } from "../upload/upload-file.js";
import { uploadFiles } from "../upload/upload-files.js";
import { chooseView } from "../upload/views/choose-view.js";
import { resumeText } from "../upload/views/texts.js";

interface UploadFlags extends ServerFlags {
  readonly path: string;
  readonly policy?: string;
  readonly parallel?: string;
  readonly files: string;
  readonly patience: string;
  readonly overwrite?: boolean;
  readonly quiet?: boolean;
}

/** `stowage upload`. */
export function addUpload(program: Command): void {
  const command = program
    .command("upload")
    .argument("<file...>", "files, folders with all that is in them, or - for standard input")
    .summary("upload files and folders; run it again to go on after an interruption")
    .description(
      "Uploads files. Whatever interrupts it (a broken line, a server that restarts, kill -9, a reboot): run the same " +
        "command again, and it goes on where it was. What is there already with the same content counts as done.",
    )
    .option("--path <path>", "where at the server: the file itself, or with a slash at its end the folder", "/")
    .option("--policy <id>", "storage policy; otherwise the server chooses")
    .option("--parallel <n>", "most chunks at a time for each file; otherwise as many as the server allows")
    .option("--files <n>", "most files at a time", "3")
    .option("--patience <minutes>", "how long to go on without any answer", "5")
    .option("--overwrite", "replace other files that are there")
    .option("--quiet", "tell failures only");
  withExamples(
    serverOptions(command),
    "stowage upload film.mp4",
    "stowage upload *.jpg --path /holiday/ --to https://files.example/uploads",
    "stowage upload photos notes.txt --path /backup/    # a folder keeps its name; photos/ does not",
    "tar c . | stowage upload - --path /backup.tar",
  ).action((given: string[], flags: UploadFlags) => runCommand(flags, (output) => uploadCommand(given, flags, output)));
}

async function uploadCommand(given: readonly string[], flags: UploadFlags, output: Output): Promise<number> {
  const stop = interruption();
  const finish = (exitCode: number): number => {
    if (stop.exitCode !== null && !output.isJson) process.stderr.write(`${resumeText}\n`);
    return stop.exitCode ?? exitCode;
  };
  try {
    const settings = readSettings(flags, stop.signal);
    const run = (found: Collected): Promise<number> => uploadAll(found, readCount(flags.files, "--files"), settings);
    if (given.includes("-")) return finish(await uploadPiped(given, flags, settings, run));
    return finish(await run(await collectFiles(given, flags.path)));
  } catch (error) {
    if (stop.exitCode === null) throw error;
    return finish(stop.exitCode);
  } finally {
    stop.release();
  }

  async function uploadAll(found: Collected, together: number, settings: UploadSettings): Promise<number> {
    const { files, refused, skipped } = found;
    if (files.length > 0) await greet(settings.server, settings.signal);
    await sweepState(settings.state, Date.now());
    const view = chooseView(output, files, flags.quiet === true);
    for (const name of skipped) view.show({ kind: "skipped", name });
    for (const { name, error } of refused) view.show({ kind: "failed", file: localFile(name, name, "", 0), error });
    const sent = await uploadFiles(files, together, settings, (event) => view.show(event));
    const exitCode = stop.exitCode ?? (refused.length > 0 ? exitCodes.failed : sent.exitCode);
    view.end({ ...sent, files: files.length + refused.length, failed: sent.failed + refused.length, exitCode });
    return exitCode;
  }
}

function readSettings(flags: UploadFlags, signal: AbortSignal): UploadSettings {
  return {
    server: openServer(serverAddress(flags, process.env), signal),
    state: stateFolder(process.env),
    signal,
    isOverwriting: flags.overwrite === true,
    patienceMs: readCount(flags.patience, "--patience") * 60_000,
    ...(flags.policy === undefined ? {} : { policy: flags.policy }),
    ...(flags.parallel === undefined ? {} : { parallel: readCount(flags.parallel, "--parallel") }),
  };
}

async function uploadPiped(
  given: readonly string[],
  { path }: UploadFlags,
  { server, signal }: UploadSettings,
  run: (found: Collected) => Promise<number>,
): Promise<number> {
  if (given.length > 1) throw new UploadFailure("USAGE", "- stands alone: it is one file");
  if (path.endsWith("/")) throw new UploadFailure("USAGE", "- has no name: say where it goes with --path /folder/name");
  // Before all of it is copied.
  await greet(server, signal);
  const spooled = await spoolStdin(process.stdin, signal);
  try {
    const { size } = await stat(spooled.path);
    const file = localFile(spooled.path, "standard input", posix.join("/", path), size);
    return await run({ files: [file], refused: [], skipped: [] });
  } finally {
    await spooled.remove();
  }
}

function localFile(source: string, name: string, target: string, size: number): Collected["files"][number] {
  return { source, name, target, size };
}
