/** An element: its name, then its text or its children. A child that is `null` is left out. */
export type XmlNode = readonly [name: string, content: string | number | boolean | readonly (XmlNode | null)[]];

/** A document as S3 writes it. `namespace`: error documents have none. */
export function writeXml(root: XmlNode, namespace: string | null = "http://s3.amazonaws.com/doc/2006-03-01/"): string {
  const attribute = namespace === null ? "" : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, attribute)}`;
}

function element([name, content]: XmlNode, attribute = ""): string {
  const inner = Array.isArray(content)
    ? content.map((child: XmlNode | null) => (child === null ? "" : element(child))).join("")
    : escape(String(content));
  return inner === "" ? `<${name}${attribute}/>` : `<${name}${attribute}>${inner}</${name}>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
