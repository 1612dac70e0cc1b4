import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

/** A gateway's data, in a new folder of its own. */
export interface DataFolder {
  readonly path: string;
  /** Sizes of published objects. */
  objects(): Promise<readonly number[]>;
  /** What uploads leave while they are open, by relative path; all of it has to go with them. */
  leftovers(): Promise<readonly string[]>;
  /** Bytes in files of uploads that are open. */
  partBytes(): Promise<number>;
  remove(): Promise<void>;
}

/** Where the gateway's local driver has published objects. All other folders beside it are for open uploads. */
const objects = "files/objects/";

/** Below the machine's folder for temporary files. */
export async function dataFolder(): Promise<DataFolder> {
  const path = await mkdtemp(join(tmpdir(), "stowage-crash-"));
  const files = async (): Promise<{ readonly name: string; readonly size: number }[]> => {
    const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(vanished([]));
    const plain = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return Promise.all(
      plain.map(async (file) => ({
        name: relative(path, file).replaceAll("\\", "/"),
        size: await stat(file).then(({ size }) => size, vanished(0)),
      })),
    );
  };
  const parts = async (): Promise<{ readonly name: string; readonly size: number }[]> =>
    (await files()).filter(({ name }) => name.startsWith("files/") && !name.startsWith(objects));
  return {
    path,
    objects: async () => (await files()).filter(({ name }) => name.startsWith(objects)).map(({ size }) => size),
    leftovers: async () => (await parts()).map(({ name }) => name),
    partBytes: async () => (await parts()).reduce((sum, { size }) => sum + size, 0),
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** The gateway removes files while we look. */
function vanished<Value>(instead: Value): (error: unknown) => Value {
  return (error) => {
    if (error !== null && typeof error === "object" && "code" in error && error.code === "ENOENT") return instead;
    throw error;
  };
}
