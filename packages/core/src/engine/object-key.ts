import { nameOf, parentOf } from "../catalog/path.js";
import { UploadError } from "../errors.js";
import type { EpochMs } from "../runtime.js";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** Longest key of the S3 family, in bytes of UTF-8. */
const longestKey = 1024;
const uniqueTokens = ["{uuid}", "{randomkey16}", "{randomkey8}"];

/** What a key is made for. */
export interface KeyFacts {
  readonly owner: string;
  /** `null`: an object that only its session names. */
  readonly path: string | null;
  readonly now: EpochMs;
}

/** Whether no two uploads get the same key from this template. */
export function isUniqueTemplate(template: string): boolean {
  return uniqueTokens.some((token) => template.includes(token));
}

/**
 * Expands a policy's template; unknown tokens stay as they are. What comes from a user (`{uid}`, `{path}`,
 * names) cannot leave its place: no empty, `.` or `..` segments and no control characters survive. Times are UTC.
 *
 * @throws {UploadError} `NAME_REFUSED` where the key would be over 1024 bytes
 */
export function makeObjectKey(template: string, facts: KeyFacts): string {
  const tokens = tokensOf(facts);
  const expanded = template.replaceAll(/\{(\w+)\}/g, (token, name: string) => tokens[name]?.() ?? token);
  const key = expanded
    .split("/")
    .map(cleanSegment)
    .filter((segment) => segment !== "")
    .join("/");
  if (new TextEncoder().encode(key).byteLength <= longestKey) return key;
  throw new UploadError("NAME_REFUSED", `object key over ${longestKey} bytes`, {
    name: facts.path ?? "",
    rule: "key length",
  });
}

function cleanSegment(segment: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const clean = segment.replaceAll(/[\u0000-\u001f\u007f\\]/g, "_");
  return clean === "." || clean === ".." ? "_" : clean;
}

function tokensOf({ owner, path, now }: KeyFacts): Readonly<Record<string, () => string>> {
  const name = path === null ? "" : nameOf(path);
  const dot = name.lastIndexOf(".");
  const ext = dot > 0 ? name.slice(dot) : "";
  const [date = "", time = ""] = new Date(now).toISOString().split("T");
  const [year = "", month = "", day = ""] = date.split("-");
  const [hour = "", minute = "", second = ""] = time.slice(0, 8).split(":");
  return {
    uuid: () => crypto.randomUUID(),
    randomkey16: () => randomKey(16),
    randomkey8: () => randomKey(8),
    randomnum2: () => randomBelow(2),
    randomnum3: () => randomBelow(3),
    randomnum4: () => randomBelow(4),
    randomnum8: () => randomBelow(8),
    timestamp: () => String(Math.floor(now / 1000)),
    timestamp_nano: () => `${now}000000`,
    datetime: () => year + month + day + hour + minute + second,
    date: () => year + month + day,
    year: () => year,
    month: () => month,
    day: () => day,
    hour: () => hour,
    minute: () => minute,
    second: () => second,
    uid: () => owner.replaceAll("/", "_"),
    ext: () => ext,
    originname: () => name,
    originname_without_ext: () => (ext === "" ? name : name.slice(0, dot)),
    path: () => (path === null ? "" : parentOf(path)),
  };
}

function randomKey(length: number): string {
  let key = "";
  // A byte beyond the last whole multiple of the alphabet is drawn again, so that every character is as likely.
  while (key.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      if (byte < 248 && key.length < length) key += alphabet[byte % 62] ?? "";
    }
  }
  return key;
}

function randomBelow(limit: number): string {
  return String(Math.floor(Math.random() * limit));
}
