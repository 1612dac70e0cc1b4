import { checkPath } from "@stowage/core/catalog";
import { badRequest } from "../../wire/bad-request.js";

/**
 * Where a master's file is in the node's catalog: its `SavePath`, which may begin with a slash or without. `.`, `..` and
 * empty names are refused, never cleaned: two spellings of one file would be two files to a signature.
 *
 * @throws {UploadError} `NAME_REFUSED`; `OPTIONS_INVALID` for a path without a name
 */
export function filePath(savePath: string): string {
  const path = savePath.startsWith("/") ? savePath : `/${savePath}`;
  if (path === "/") throw badRequest("path: names no file");
  checkPath(path);
  return path;
}
