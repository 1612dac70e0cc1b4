import { UploadError } from "../errors.js";

const longestName = 255;
/** Bytes of UTF-8 for one code unit of UTF-16, at most. */
const mostOfOne = 3;
const encoder = new TextEncoder();
/** Control characters, and what separates names. */
const forbidden = /[\p{Cc}/]/u;

/** One name: 1 to 255 bytes of UTF-8, no `/`, no control character, not `.` or `..`. Throws `NAME_REFUSED`. */
export function checkName(name: string): void {
  const rule = brokenRule(name);
  if (rule !== null) throw new UploadError("NAME_REFUSED", `name refused: ${rule}`, { name, rule });
}

function brokenRule(name: string): string | null {
  if (name === "") return "empty";
  if (name === "." || name === "..") return "a relative name";
  if (forbidden.test(name)) return "holds / or a control character";
  if (/\p{Surrogate}/u.test(name)) return "not well-formed Unicode";
  if (isLonger(name, longestName)) return `over ${longestName} bytes`;
  return null;
}

/** Whether a text has more than so many bytes of UTF-8; it is measured only where its length leaves that open. */
export function isLonger(text: string, bytes: number): boolean {
  return text.length * mostOfOne > bytes && encoder.encode(text).byteLength > bytes;
}

/**
 * Checks a path of the catalog: absolute, names as in `checkName`, no slash at the end. The root is `/`.
 *
 * @throws {UploadError} `NAME_REFUSED`
 */
export function checkPath(path: string): void {
  if (path === "/") return;
  if (!path.startsWith("/"))
    throw new UploadError("NAME_REFUSED", "path refused: not absolute", { name: path, rule: "absolute" });
  for (const name of path.slice(1).split("/")) checkName(name);
}

/** The folder that holds a path; `/` for what is at the top. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 1)) || "/";
}

/** The last name of a path; empty for the root. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** All folders above a path, outermost first, without the root: `/a/b/c` has `/a` and `/a/b`. */
export function ancestorsOf(path: string): readonly string[] {
  const found: string[] = [];
  for (let at = path.indexOf("/", 1); at !== -1; at = path.indexOf("/", at + 1)) found.push(path.slice(0, at));
  return found;
}
