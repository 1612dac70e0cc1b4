import { refuse } from "../http/refusal.js";

/** An element that was read: attributes are dropped, and so is text beside children. */
export interface XmlElement {
  readonly name: string;
  /** Of the element itself, with references resolved; as it stands, blanks included. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

const names: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
/** A comment or processing instruction, an end tag, a start tag, or text. A document type is none of them: it is refused. */
const token =
  /<!--[^]*?-->|<\?[^]*?\?>|<\/([A-Za-z_][\w.-]*)\s*>|<([A-Za-z_][\w.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/gy;

/**
 * Reads one document whose root is called `root`.
 *
 * @throws MalformedXML for what is not well-formed, and for any other root.
 */
export function readXml(document: string, root: string): XmlElement {
  const outer = { name: "", text: "", children: [] as XmlElement[] };
  const open: { name: string; text: string; children: XmlElement[] }[] = [outer];
  let at = 0;
  for (const match of document.matchAll(token)) {
    at = match.index + match[0].length;
    const [, end, start, , isEmpty, text] = match;
    const inner = open.at(-1) ?? outer;
    if (text !== undefined) inner.text += resolve(text);
    if (start !== undefined) {
      const child = { name: start, text: "", children: [] };
      inner.children.push(child);
      if (isEmpty === "") open.push(child);
    }
    if (end !== undefined && open.pop()?.name !== end) throw malformed();
  }
  const [only, more] = outer.children;
  const isWhole = at === document.length && open.length === 1 && outer.text.trim() === "";
  if (!isWhole || only?.name !== root || more !== undefined) throw malformed();
  return only;
}

/** Text of the one child of that name; `null` where there is none. @throws MalformedXML where there are several. */
export function childText(element: XmlElement, name: string): string | null {
  const [found, again] = element.children.filter((child) => child.name === name);
  if (again !== undefined) throw malformed();
  return found?.text ?? null;
}

/** What S3 says of a document that it does not understand, or that lacks something. */
export function malformed(): Error {
  return refuse(
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
  );
}

function resolve(text: string): string {
  return text.replace(
    /&(?:#(\d+)|#x([\dA-Fa-f]+)|(\w+));|&/g,
    (_all, decimal?: string, hex?: string, name?: string) => {
      const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
      const character = name === undefined ? codePoint(code) : names[name];
      if (character === undefined) throw malformed();
      return character;
    },
  );
}

function codePoint(code: number): string | undefined {
  return code >= 1 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
