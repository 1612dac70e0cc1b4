import { isCollection, isPair, LineCounter, parseDocument } from "yaml";
import type { Document } from "yaml";
import type { ConfigPath, Mistake } from "./mistake.js";

/** Aliases that one file may have resolved: far more than anybody writes, far fewer than a bomb needs. */
const mostAliases = 1_000;

/** A configuration file as plain values. */
export interface ConfigDocument {
  /** `{}` for an empty file. */
  readonly value: unknown;
  readonly mistakes: readonly Mistake[];
  /** Line of a place, from 1, or of what is nearest above it; `null`: it is not in the file. */
  lineOf(path: ConfigPath): number | null;
}

/** Reads YAML 1.2, hence JSON. Its values count only where there are no mistakes. */
export function readDocument(text: string): ConfigDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    strict: true,
    uniqueKeys: true,
    // Its warnings go to stderr by themselves, with what they warn of.
    logLevel: "error",
  });
  const mistakes = [...document.errors, ...document.warnings].map(({ code, message, pos }): Mistake => {
    return { path: [], message: ownWords[code] ?? withoutSource(message), line: lines.linePos(pos[0]).line };
  });
  if (mistakes.length > 0) return { value: null, mistakes, lineOf: () => null };
  try {
    const value: unknown = document.toJS({ maxAliasCount: mostAliases }) ?? {};
    return { value, mistakes: [], lineOf: (path) => lineOf(document, lines, path) };
  } catch (error) {
    const message = typeof error === "object" && error !== null && "message" in error ? String(error.message) : "";
    return { value: null, mistakes: [{ path: [], message: withoutSource(message) }], lineOf: () => null };
  }
}

function lineOf(document: Document, lines: LineCounter, path: ConfigPath): number | null {
  for (let length = path.length; length > 0; length--) {
    const parent: unknown = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const offset = isCollection(parent) ? offsetIn(parent.items, path[length - 1]) : null;
    if (offset !== null) return lines.linePos(offset).line;
  }
  return null;
}

/** Where a key, or the item of a list, begins. */
function offsetIn(items: readonly unknown[], step: string | number | undefined): number | null {
  const item = typeof step === "number" ? items[step] : items.find((one) => isPair(one) && String(one.key) === step);
  const node = isPair(item) ? item.key : item;
  const { range } = (node ?? {}) as { readonly range?: readonly number[] };
  return range?.[0] ?? null;
}

/** Where the parser's own message holds a part of the file, or says too little. */
const ownWords: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: "the same key twice",
  TAG_RESOLVE_FAILED: "a tag that nobody knows; quote texts that begin with !",
  BAD_DIRECTIVE: "a directive that nobody knows",
  BAD_DQ_ESCAPE: "not an escape sequence; in double quotes a backslash is written twice",
};

/** What the parser found wrong comes after a colon, and may be a part of a secret that lost its quotes. */
function withoutSource(message: string): string {
  const [what = ""] = message.split(": ", 1);
  return what.charAt(0).toLowerCase() + what.slice(1);
}
