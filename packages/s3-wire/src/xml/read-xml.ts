import type { XmlElement } from "./xml-element.js";

/** Deeper than any answer of the family. */
const mostDepth = 16;
const name = String.raw`[\p{L}_][\p{L}\p{N}_.-]*`;
const qualified = `(?:${name}:)?(${name})`;
const attribute = String.raw`\s+[^\s=<>/"']+\s*=\s*(?:"[^"<]*"|'[^'<]*')`;
const skipped = /<\?[^]*?\?>|<!--[^]*?-->/y;
const cdata = /<!\[CDATA\[([^]*?)\]\]>/y;
const opening = new RegExp(`<${qualified}(?:${attribute})*\\s*(/?)>`, "uy");
const closing = new RegExp(`</${qualified}\\s*>`, "uy");
const words = /[^<]+/y;

/**
 * A strict reader for the few shapes of the family: no document types, so no entities but XML's own five and character
 * references; prefixes and attributes are read and dropped. `null`: not well-formed, or more than 16 levels deep.
 */
export function readXml(document: string): XmlElement | null {
  const outside: OpenElement = { name: "", text: "", children: [] };
  const open: OpenElement[] = [outside];
  let at = document.startsWith("\uFEFF") ? 1 : 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(document);
    if (found !== null) at = pattern.lastIndex;
    return found;
  };
  while (at < document.length) {
    if (match(skipped) !== null) continue;
    const step = readStep(match, open);
    if (!step || open.length > mostDepth || open.length < 1) return null;
  }
  const [root, ...others] = outside.children;
  const isWhole = open.length === 1 && others.length === 0 && outside.text.trim() === "";
  return isWhole && root !== undefined ? root : null;
}

interface OpenElement {
  readonly name: string;
  text: string;
  readonly children: XmlElement[];
}

/** One tag or one stretch of text. Whether there was any that may stand here. */
function readStep(match: (pattern: RegExp) => RegExpExecArray | null, open: OpenElement[]): boolean {
  const current = open.at(-1);
  if (current === undefined) return false;
  const literal = match(cdata);
  if (literal !== null) {
    current.text += literal[1] ?? "";
    return open.length > 1;
  }
  const start = match(opening);
  if (start !== null) {
    open.push({ name: start[1] ?? "", text: "", children: [] });
    return start[2] === "/" ? close(open, start[1]) : true;
  }
  const end = match(closing);
  if (end !== null) return close(open, end[1]);
  const text = resolve(match(words)?.[0] ?? "");
  if (text === null || text === "") return false;
  current.text += text;
  return true;
}

function close(open: OpenElement[], tag: string | undefined): boolean {
  const ended = open.pop();
  const parent = open.at(-1);
  if (ended === undefined || parent === undefined || ended.name !== tag) return false;
  const { name: own, children } = ended;
  const isLayout = children.length > 0 && ended.text.trim() === "";
  parent.children.push({ name: own, text: isLayout ? "" : ended.text, children });
  return true;
}

const named: ReadonlyMap<string, string> = new Map(
  Object.entries({ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }),
);

/** `null` where an ampersand begins nothing that is known. */
function resolve(text: string): string | null {
  const lines = text.replaceAll(/\r\n?/g, "\n");
  let isKnown = true;
  const resolved = lines.replaceAll(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|(\w{1,8}));|&/gi, (_, hex, decimal, word) => {
    const code = hex === undefined ? decimal : Number.parseInt(hex as string, 16);
    const sign = code === undefined ? named.get(word as string) : character(Number(code));
    isKnown &&= sign !== undefined;
    return sign ?? "";
  });
  return isKnown ? resolved : null;
}

function character(code: number): string | undefined {
  const isCharacter = code > 0 && code <= 0x10_ff_ff && (code < 0xd8_00 || code > 0xdf_ff);
  return isCharacter ? String.fromCodePoint(code) : undefined;
}
