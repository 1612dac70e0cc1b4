import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { SourceFile } from "../source-file.js";
import type { Host } from "./host.js";

/** The built command. */
const program = join(import.meta.dirname, "../../../../apps/cli/dist/main.js");

/** Uploads a file with `stowage upload`; rejects where the command fails. */
export async function uploadByCli({ url }: Pick<Host, "url">, path: string, source: SourceFile): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "stowage-command-"));
  const file = join(folder, "file");
  try {
    await writeFile(file, source.read(0, source.size));
    await run(["upload", file, "--to", `${url}/uploads`, "--path", path, "--json"], folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** `stowage sweep` on the data of a gateway, which may be running. */
export async function sweep({ configFile, data }: Pick<Host, "configFile" | "data">): Promise<void> {
  await run(["sweep", "--config", configFile, "--data", data.path], data.path);
}

async function run(given: readonly string[], home: string): Promise<void> {
  const env = { PATH: process.env["PATH"] ?? "", HOME: home };
  await promisify(execFile)(process.execPath, [program, ...given], { env });
}
