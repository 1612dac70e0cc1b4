import type { XmlElement } from "./xml-element.js";

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  // A reader would make a line feed of it.
  "\r": "&#13;",
};

/** An element with text, or with children. */
export function element(name: string, content: string | readonly XmlElement[]): XmlElement {
  return typeof content === "string" ? { name, text: content, children: [] } : { name, text: "", children: content };
}

/** A document without white space between its elements. `namespace`: of the root, and so of all. */
export function writeXml(root: XmlElement, namespace: string | null = null): string {
  const declared = namespace === null ? "" : ` xmlns="${escape(namespace)}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>${write(root, declared)}`;
}

function write({ name, text, children }: XmlElement, attributes = ""): string {
  return `<${name}${attributes}>${escape(text)}${children.map((child) => write(child)).join("")}</${name}>`;
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"\r]/g, (sign) => entities[sign] ?? sign);
}
