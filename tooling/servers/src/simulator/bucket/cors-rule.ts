import { refuse } from "../http/refusal.js";
import { childText, malformed } from "../xml/read-xml.js";
import type { XmlElement } from "../xml/read-xml.js";
import type { XmlNode } from "../xml/write-xml.js";

/** Who may ask what from a page of another origin. */
export interface CorsRule {
  readonly id: string | null;
  /** Each with at most one `*`. */
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  /** As written, each with at most one `*`. */
  readonly headers: readonly string[];
  readonly exposed: readonly string[];
  readonly maxAgeSeconds: number | null;
}

const methods = ["GET", "PUT", "HEAD", "POST", "DELETE"];

/** @throws MalformedXML, InvalidRequest for a method or a pattern that S3 does not take */
export function readCorsRules(configuration: XmlElement): readonly CorsRule[] {
  const rules = configuration.children.map(readCorsRule);
  if (rules.length === 0 || rules.length > 100) throw malformed();
  return rules;
}

function readCorsRule(element: XmlElement): CorsRule {
  const all = (name: string): string[] =>
    element.children.filter((child) => child.name === name).map((child) => child.text.trim());
  const age = childText(element, "MaxAgeSeconds");
  const rule: CorsRule = {
    id: childText(element, "ID"),
    origins: all("AllowedOrigin"),
    methods: all("AllowedMethod"),
    headers: all("AllowedHeader"),
    exposed: all("ExposeHeader"),
    maxAgeSeconds: age === null ? null : Number(age),
  };
  const isWrong = element.name !== "CORSRule" || rule.origins.length === 0 || rule.methods.length === 0;
  if (isWrong || (age !== null && !/^\s*\d{1,9}\s*$/.test(age))) throw malformed();
  const unknown = rule.methods.find((method) => !methods.includes(method));
  if (unknown !== undefined) {
    throw refuse("InvalidRequest", `Found unsupported HTTP method in CORS config. Unsupported method is ${unknown}`);
  }
  for (const [kind, patterns] of [
    ["AllowedOrigin", rule.origins],
    ["AllowedHeader", rule.headers],
  ] as const) {
    const wrong = patterns.find((pattern) => pattern.split("*").length > 2);
    if (wrong !== undefined) throw refuse("InvalidRequest", `${kind} "${wrong}" can not have more than one wildcard.`);
  }
  const starred = rule.exposed.find((name) => name.includes("*"));
  if (starred !== undefined) {
    throw refuse(
      "InvalidRequest",
      `ExposeHeader "${starred}" contains wildcard. We currently do not support wildcard for ExposeHeader`,
    );
  }
  return rule;
}

/** As GetBucketCors shows it. */
export function corsRuleElement(rule: CorsRule): XmlNode {
  const all = (name: string, values: readonly string[]): XmlNode[] => values.map((value) => [name, value]);
  return [
    "CORSRule",
    [
      rule.id === null ? null : ["ID", rule.id],
      ...all("AllowedMethod", rule.methods),
      ...all("AllowedOrigin", rule.origins),
      ...all("AllowedHeader", rule.headers),
      rule.maxAgeSeconds === null ? null : ["MaxAgeSeconds", rule.maxAgeSeconds],
      ...all("ExposeHeader", rule.exposed),
    ],
  ];
}

/** Whether a pattern with at most one `*` fits the whole text. */
export function fits(pattern: string, text: string): boolean {
  const [start = "", end] = pattern.split("*");
  if (end === undefined) return start === text;
  return text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end);
}
