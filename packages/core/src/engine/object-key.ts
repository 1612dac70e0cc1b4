import { isLonger, nameOf, parentOf } from "../catalog/path.js";
import { UploadError } from "../errors.js";
import type { EpochMs } from "../runtime.js";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** Longest key of the S3 family, in bytes of UTF-8. */
const longestKey = 1024;
/** Eight characters are too few: among ten million keys two may well be the same. */
const uniqueTokens = ["{uuid}", "{randomkey16}"];

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
  const expanded = template.replaceAll(/\{(\w+)\}/g, (token, name: string) => tokens.get(name)?.(facts) ?? token);
  const key = expanded
    .split("/")
    .map(cleanSegment)
    .filter((segment) => segment !== "")
    .join("/");
  if (!isLonger(key, longestKey)) return key;
  throw new UploadError("NAME_REFUSED", `object key over ${longestKey} bytes`, {
    name: facts.path ?? "",
    rule: "key length",
  });
}

function cleanSegment(segment: string): string {
  const clean = segment.replaceAll(/[\p{Cc}\\]/gu, "_");
  return clean === "." || clean === ".." ? "_" : clean;
}

const tokens: ReadonlyMap<string, (facts: KeyFacts) => string> = new Map(
  Object.entries({
    uuid: () => crypto.randomUUID(),
    randomkey16: () => randomKey(16),
    randomkey8: () => randomKey(8),
    randomnum2: () => randomBelow(2),
    randomnum3: () => randomBelow(3),
    randomnum4: () => randomBelow(4),
    randomnum8: () => randomBelow(8),
    timestamp: ({ now }) => String(Math.floor(now / 1000)),
    timestamp_nano: ({ now }) => `${now}000000`,
    datetime: (facts) => digits(facts, 0, 19),
    date: (facts) => digits(facts, 0, 10),
    year: (facts) => digits(facts, 0, 4),
    month: (facts) => digits(facts, 5, 7),
    day: (facts) => digits(facts, 8, 10),
    hour: (facts) => digits(facts, 11, 13),
    minute: (facts) => digits(facts, 14, 16),
    second: (facts) => digits(facts, 17, 19),
    uid: ({ owner }) => owner.replaceAll("/", "_"),
    ext: (facts) => extensionOf(nameIn(facts)),
    originname: nameIn,
    originname_without_ext: (facts) => {
      const name = nameIn(facts);
      return name.slice(0, name.length - extensionOf(name).length);
    },
    path: ({ path }) => (path === null ? "" : parentOf(path)),
  } satisfies Readonly<Record<string, (facts: KeyFacts) => string>>),
);

/** Of the time as ISO 8601 writes it, from one character to another. */
function digits({ now }: KeyFacts, from: number, to: number): string {
  return new Date(now).toISOString().slice(from, to).replaceAll(/\D/g, "");
}

function nameIn({ path }: KeyFacts): string {
  return path === null ? "" : nameOf(path);
}

/** With its dot; a name that begins with the only dot has none. */
function extensionOf(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(dot) : "";
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
