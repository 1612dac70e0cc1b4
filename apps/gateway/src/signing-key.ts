import { randomBytes } from "node:crypto";
import { link, open, readFile, unlink } from "node:fs/promises";
import { UploadError } from "@stowage/core";

/**
 * The key that signs download URLs: made with the first start, the same ever after. It appears whole under its name
 * or not at all, and of several processes that start at once one makes it and all read that one.
 *
 * @throws {UploadError} `OPTIONS_INVALID` where the file holds no such key
 */
export async function loadSigningKey(path: string): Promise<string> {
  const found = await readIfThere(path);
  if (found !== null) return check(found, path);
  const draft = `${path}.${randomBytes(8).toString("hex")}`;
  await writeDraft(draft, randomBytes(32).toString("base64url"));
  try {
    await link(draft, path);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  } finally {
    await unlink(draft);
  }
  return check(await readFile(path, "utf8"), path);
}

async function writeDraft(path: string, key: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(`${key}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

function check(text: string, path: string): string {
  const key = text.trim();
  if (/^[\w-]{43,}$/.test(key)) return key;
  const issue = `${path}: not a signing key; without the file a new one is made, and download URLs given out so far end`;
  throw new UploadError("OPTIONS_INVALID", issue, { driver: "gateway", issues: [issue] });
}

function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : null;
}
