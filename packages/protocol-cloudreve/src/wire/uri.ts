import { checkPath } from "@stowage/core/catalog";
import { UploadError } from "@stowage/core";
import { parseUserId } from "./user-id.js";
import { badRequest } from "./bad-request.js";

/** A `cloudreve://` URI, taken apart. */
export interface FileUri {
  /** Lower case. */
  readonly host: string;
  /** The user (`my`) or share (`share`) that it names; `null`: oneself. */
  readonly id: string | null;
  /** Decoded and cleaned: absolute, no empty, `.` or `..` segment, no slash at the end. The root is `/`. */
  readonly path: string;
  /** Raw, without the question mark; a search in a listing. */
  readonly query: string;
}

const grammar = /^cloudreve:\/\/(?:([^@/?#]*)@)?([^@/?#]*)(\/[^?#]*)?(?:\?([^#]*))?$/i;
/** File systems that Cloudreve has and we do not. */
const foreignHosts = new Set(["share", "trash", "shared_with_me"]);

/**
 * Reads a URI. The path is decoded exactly once, and cleaned after that: `%2F` separates and `%2E%2E` climbs, so
 * that no later reader can find a path in it that we did not see. Climbing above the root stays at the root.
 *
 * @throws {UploadError} `OPTIONS_INVALID`
 */
export function parseUri(text: string): FileUri {
  const match = grammar.exec(text);
  if (match === null) throw badRequest("uri: unknown uri");
  const [, user = "", host = "", path = "", query = ""] = match;
  const id = decode(user.split(":", 1)[0] ?? "");
  return { host: host.toLowerCase(), id: id === "" ? null : id, path: clean(decode(path)), query };
}

/** The URI of a path of one's own files, spelled as `encodeURIComponent` spells each name. */
export function printUri(path: string): string {
  return `cloudreve://my${path === "/" ? "" : path.split("/").map(encodeName).join("/")}`;
}

/** One name, percent-encoded. Half a surrogate pair, which has no encoding, becomes U+FFFD. */
export function encodeName(name: string): string {
  return encodeURIComponent(name.replace(/\p{Surrogate}/gu, "\uFFFD"));
}

/**
 * The path of the caller's own files that a URI names.
 *
 * @throws {UploadError} `OPTIONS_INVALID`, `NAME_REFUSED`; `FORBIDDEN` for shares, the trash and other people's files
 */
export function ownPath(text: string, owner: string | null): string {
  const { host, id, path } = parseUri(text);
  if (foreignHosts.has(host)) throw forbidden(`${host} is not offered here`);
  if (host !== "my") throw badRequest("uri: unknown file system");
  if (id !== null && id !== owner && parseUserId(id) !== owner) throw forbidden("the files of another user");
  checkPath(path);
  return path;
}

function clean(path: string): string {
  const names: string[] = [];
  for (const name of path.split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return `/${names.join("/")}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw badRequest("uri: broken percent-encoding");
  }
}

function forbidden(reason: string): UploadError<"FORBIDDEN"> {
  return new UploadError("FORBIDDEN", `uri refused: ${reason}`, { reason });
}
