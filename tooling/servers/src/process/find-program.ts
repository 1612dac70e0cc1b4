import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Daemons are often outside of an ordinary user's PATH. */
const places = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** Where a program is installed; `null`: nowhere that is looked. */
export function findProgram(name: string): string | null {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...places].filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
