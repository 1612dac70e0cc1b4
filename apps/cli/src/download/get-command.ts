import { once } from "node:events";
import { posix, resolve } from "node:path";
import type { UploadFailure } from "@stowage/client";
import { interruption } from "../interruption.js";
import { readCount } from "../options.js";
import type { ServerFlags } from "../options.js";
import type { Output } from "../output.js";
import { openServer } from "../server/server.js";
import type { ServerFile } from "../server/server.js";
import { serverAddress } from "../server/server-address.js";
import type { ServerAddress } from "../server/server-address.js";
import { plainText } from "../terminal/fit-text.js";
import { formatSize } from "../terminal/format-size.js";
import { formatTime } from "../terminal/format-time.js";
import { downloadFile } from "./download-file.js";
import { readContent } from "./read-content.js";
import type { ReadOptions } from "./read-content.js";
import { downloadView } from "./download-view.js";

/** Of `stowage files get`. */
export interface GetFlags extends ServerFlags {
  readonly output?: string;
  readonly patience: string;
  readonly overwrite?: boolean;
}

/** `stowage files get`. Returns the exit code. */
export async function getCommand(given: string, flags: GetFlags, output: Output): Promise<number | void> {
  const stop = interruption();
  const address = serverAddress(flags, process.env);
  try {
    const server = openServer(address, stop.signal);
    const file = await server.ask<ServerFile>("GET", "/files/info", { path: posix.join("/", given) });
    const options = { signal: stop.signal, patienceMs: readCount(flags.patience, "--patience") * 60_000 };
    if (flags.output === "-") await toStdout(address, file, options);
    else await toFile(address, file, { ...options, isOverwriting: flags.overwrite === true }, flags, output);
  } catch (error) {
    if (stop.exitCode === null) throw error;
    if (!output.isJson) process.stderr.write("stopped: run the same command again to go on\n");
    return stop.exitCode;
  } finally {
    stop.release();
  }
}

/** Nothing else goes to standard output. */
async function toStdout(address: ServerAddress, file: ServerFile, options: Omit<ReadOptions, "onWait">): Promise<void> {
  const onWait = (): void => {};
  for await (const piece of readContent(address, file, 0, { ...options, onWait }))
    if (!process.stdout.write(piece)) await once(process.stdout, "drain", { signal: options.signal });
}

async function toFile(
  address: ServerAddress,
  file: ServerFile,
  options: Omit<ReadOptions, "onWait"> & { readonly isOverwriting: boolean },
  { output: given }: GetFlags,
  output: Output,
): Promise<void> {
  const path = resolve(given ?? posix.basename(file.path));
  const startedAt = performance.now();
  const view = downloadView(output, file);
  try {
    const { resumedAt, isVerified } = await downloadFile(address, file, path, {
      ...options,
      onProgress: (at, more) => view.progressed(at, more),
      onWait: (failure: UploadFailure, waitMs) => view.waiting(failure, Date.now() + waitMs),
    });
    view.end();
    const ms = performance.now() - startedAt;
    output.either(
      `${plainText(file.path)}: ${formatSize(file.size)} in ${formatTime(ms)} to ${plainText(path)}${isVerified ? ", checksum compared" : ""}`,
      { event: "done", path: file.path, file: path, size: file.size, resumedAt, isVerified, ms: Math.round(ms) },
    );
  } finally {
    view.end();
  }
}
