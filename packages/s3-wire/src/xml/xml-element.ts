/** An element as the family's answers have them: with text or with children. Attributes and namespaces mean nothing. */
export interface XmlElement {
  readonly name: string;
  /** Text of the element itself, entities resolved; white space between children is left out. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

/** Text of the first child of a name; `null` where there is none. */
export function childText(element: XmlElement, name: string): string | null {
  return element.children.find((child) => child.name === name)?.text ?? null;
}

/** A child's text as a whole number; `null` where it is none. */
export function childNumber(element: XmlElement, name: string): number | null {
  const text = childText(element, name);
  const value = text !== null && /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(value) ? value : null;
}

/** All children of a name. */
export function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}
