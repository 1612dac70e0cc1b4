import { encodeName } from "./percent.js";

/** Payload hash of a body that is not signed. */
export const unsignedPayload = "UNSIGNED-PAYLOAD";

/** `name=value` pairs, encoded, in no order. A bare name gets its `=`. */
export function encodePairs(query: Readonly<Record<string, string>>): string[] {
  return Object.entries(query).map(([name, value]) => `${encodeName(name)}=${encodeName(value)}`);
}

/** Pairs in the order of their encoded names, byte by byte (code units, as all are ASCII). */
export function sortPairs(pairs: readonly string[]): string[] {
  return [...pairs].sort(byName);
}

/** Puts one more pair into sorted ones. */
export function insertPair(sorted: readonly string[], pair: string): string[] {
  const at = sorted.findIndex((other) => byName(pair, other) < 0);
  return at < 0 ? [...sorted, pair] : [...sorted.slice(0, at), pair, ...sorted.slice(at)];
}

function byName(a: string, b: string): number {
  const [left, right] = [a.slice(0, a.indexOf("=")), b.slice(0, b.indexOf("="))];
  if (left !== right) return left < right ? -1 : 1;
  return a < b ? -1 : 1;
}

/** Names of the signed headers, sorted, joined by semicolons. */
export function headerNames(headers: Readonly<Record<string, string>>): string {
  return Object.keys(headers).sort().join(";");
}

/** All of a canonical request that follows the query. Header names are lower-case. */
export function canonicalTail(headers: Readonly<Record<string, string>>, payloadHash: string): string {
  let lines = "";
  for (const name of Object.keys(headers).sort()) lines += `${name}:${squeeze(headers[name] ?? "")}\n`;
  return `${lines}\n${headerNames(headers)}\n${payloadHash}`;
}

function squeeze(value: string): string {
  return value.trim().replaceAll(/ {2,}/g, " ");
}
