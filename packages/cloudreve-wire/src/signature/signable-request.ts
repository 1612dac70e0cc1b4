import { wellFormed } from "../well-formed.js";

/** What a signature in a header covers. Method, host and query are not covered. */
export interface SignableRequest {
  /** Percent-decoded. */
  readonly path: string;
  /** By name in any case, one value each; only those that begin with `X-Cr-` are covered, `X-Cr-Filename` not. */
  readonly headers: Readonly<Record<string, string>>;
  /** As text; empty for a chunk, whose body no signature covers. */
  readonly body: string;
}

/** Fields of requests between nodes that a signature covers where they are sent: all that Cloudreve 4 is known to send. */
export const coveredHeaders: readonly string[] = [
  "x-cr-client-id",
  "x-cr-context-hint",
  "x-cr-correlation-id",
  "x-cr-node-id",
  "x-cr-overwrite",
  "x-cr-purchase-ticket",
  "x-cr-site-id",
  "x-cr-site-url",
  "x-cr-version",
];

/** Whether a signature covers the body: not of chunks, so that one credential serves all of a session. `path`: decoded. */
export function coversBody(method: string, path: string): boolean {
  return method === "PUT" || !path.includes("/api/v4/slave/upload/");
}

/** The path of a URL as signatures cover it; `null`: broken percent-encoding, or no UTF-8. */
export function decodePath(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname) || "/";
  } catch {
    return null;
  }
}

/** The text that a signature in a header is made of: JSON as Go writes it, keys in this order. */
export function signableText({ path, headers, body }: SignableRequest): string {
  const text = JSON.stringify({
    Path: wellFormed(path),
    Header: wellFormed(headerLine(headers)),
    Body: wellFormed(body),
  });
  return text.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** `Name=value` of what is covered, sorted bytewise, joined by `&`. */
function headerLine(headers: Readonly<Record<string, string>>): string {
  const lines: string[] = [];
  for (const [given, value] of Object.entries(headers)) {
    const name = canonicalName(given);
    if (name.startsWith("X-Cr-") && name !== "X-Cr-Filename") lines.push(`${name}=${value}`);
  }
  return lines.toSorted(byBytes).join("&");
}

function canonicalName(name: string): string {
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}

const encoder = new TextEncoder();

/** By bytes of UTF-8: code units sort differently above U+FFFF. */
function byBytes(a: string, b: string): number {
  const [left, right] = [encoder.encode(a), encoder.encode(b)];
  const shorter = Math.min(left.length, right.length);
  for (let at = 0; at < shorter; at += 1) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
