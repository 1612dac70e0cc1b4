import type { z } from "zod";
import type { ConfigPath, Mistake } from "./mistake.js";
import { didYouMean } from "./suggest.js";

type Issue = z.core.$ZodIssue;

/** What parsing a part of the configuration came to. */
export type Parsed<Output> =
  | { readonly value: Output; readonly mistakes?: undefined }
  | { readonly mistakes: readonly Mistake[] };

/** Parses a part of the configuration, found under `at`; every issue becomes a mistake with its whole path. */
export function parsePart<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  at: ConfigPath,
): Parsed<z.output<Schema>> {
  const known = new WeakMap<readonly string[], readonly string[]>();
  const error = (issue: z.core.$ZodRawIssue): string | undefined => {
    if (issue.code === "unrecognized_keys") known.set(issue.keys, keysOf(issue.inst));
    return messageOf(issue);
  };
  const result = schema.safeParse(value, { error });
  if (result.success) return { value: result.data };
  return { mistakes: result.error.issues.flatMap((issue) => [...mistakesOf(issue, at, known)]) };
}

function* mistakesOf(
  issue: Issue,
  at: ConfigPath,
  known: WeakMap<readonly string[], readonly string[]>,
): Generator<Mistake> {
  const path = [...at, ...issue.path.map((step) => (typeof step === "number" ? step : String(step)))];
  if (issue.code === "unrecognized_keys") {
    const there = known.get(issue.keys) ?? [];
    for (const key of issue.keys) yield unknownKey(path, key, there);
  } else if (issue.code === "invalid_key") {
    yield { path, message: issue.issues[0]?.message ?? "not a name that may stand here" };
  } else if (issue.code === "invalid_union") {
    // Of several forms, the one was meant whose type the value has.
    const meant = issue.errors.find((errors) => !errors.some(isOfOtherType)) ?? issue.errors.find(isChoice);
    if (meant === undefined) yield { path, message: issue.message };
    else for (const inner of meant) yield* mistakesOf(inner, path, known);
  } else {
    yield { path, message: issue.message };
  }
}

/** What is hardly a key is a value that lost its quotes, perhaps a secret one. */
function unknownKey(path: ConfigPath, key: string, known: readonly string[]): Mistake {
  if (/^[^$]{1,64}$/.test(key)) return { path: [...path, key], message: `unknown${didYouMean(key, known)}` };
  return { path, message: "a key is no name; quote texts that hold a comma" };
}

function isOfOtherType({ path, code }: Issue): boolean {
  return path.length === 0 && (code === "invalid_type" || code === "invalid_value");
}

function isChoice(errors: readonly Issue[]): boolean {
  return errors.some(({ path, code }) => path.length === 0 && code === "invalid_value");
}

/** What zod has no good words for; `undefined` leaves it its own. */
function messageOf(issue: z.core.$ZodRawIssue): string | undefined {
  const { input } = issue;
  if (issue.code === "invalid_type") {
    return input === undefined ? "missing" : `a ${wordFor(issue.expected)} is wanted, not ${typeName(input)}`;
  }
  if (issue.code === "invalid_value") {
    const values = issue.values.map(String);
    return `not one of ${values.join(", ")}${typeof input === "string" ? didYouMean(input, values) : ""}`;
  }
  if (issue.code === "invalid_union")
    return input === undefined ? "missing" : `nothing that may stand here: ${typeName(input)}`;
  if (issue.code === "too_small" && issue.origin === "array") return "empty";
  if (issue.code === "too_small" && issue.origin === "string") return "empty";
  return undefined;
}

function wordFor(expected: string): string {
  return (
    { object: "mapping", record: "mapping", array: "list", string: "text", int: "whole number" }[expected] ?? expected
  );
}

function typeName(input: unknown): string {
  if (input === null) return "nothing";
  if (Array.isArray(input)) return "a list";
  return typeof input === "object" ? "a mapping" : `a ${typeof input === "string" ? "text" : typeof input}`;
}

function keysOf(inst: unknown): readonly string[] {
  const { shape } =
    (inst as { readonly _zod?: { readonly def?: { readonly shape?: object } } } | undefined)?._zod?.def ?? {};
  return Object.keys(shape ?? {});
}
