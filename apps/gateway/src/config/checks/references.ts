import type { ConfigPath, Mistake } from "../mistake.js";
import { didYouMean } from "../suggest.js";
import { entriesOf, itemsOf, valueAt } from "./raw.js";

/** Policies and groups that are named somewhere and are not there. */
export function* checkReferences(config: unknown): Generator<Mistake> {
  const policies = entriesOf(valueAt(config, "policies")).map(([name]) => name);
  for (const [path, named] of policyReferences(config)) yield* missing("policy", named, policies, path);
  const groups = entriesOf(valueAt(config, "groups")).map(([name]) => name);
  for (const [path, named] of groupReferences(config)) yield* missing("group", named, groups, path);
}

type Reference = readonly [path: ConfigPath, named: unknown];

function* policyReferences(config: unknown): Generator<Reference> {
  for (const [index, rule] of itemsOf(valueAt(config, "routing"))) {
    const use = valueAt(rule, "use");
    yield [["routing", index, "use"], use];
    for (const [named] of entriesOf(use)) yield [["routing", index, "use", named], named];
  }
  for (const [group, settings] of entriesOf(valueAt(config, "groups"))) {
    yield* listed(valueAt(settings, "policies"), ["groups", group, "policies"]);
  }
  // Of the front-ends, media has a policy of its own; others refuse the option.
  for (const [prefix, settings] of entriesOf(valueAt(config, "mount"))) {
    yield [["mount", prefix, "policy"], valueAt(settings, "policy")];
  }
}

function* groupReferences(config: unknown): Generator<Reference> {
  for (const [user, settings] of entriesOf(valueAt(config, "users"))) {
    yield* listed(valueAt(settings, "groups"), ["users", user, "groups"]);
  }
  for (const [index, token] of itemsOf(valueAt(config, "identity", "tokens"))) {
    yield* listed(valueAt(token, "groups"), ["identity", "tokens", index, "groups"]);
  }
  yield* listed(valueAt(config, "identity", "anonymous", "groups"), ["identity", "anonymous", "groups"]);
  for (const [index, rule] of itemsOf(valueAt(config, "routing"))) {
    yield* listed(valueAt(rule, "when", "groups"), ["routing", index, "when", "groups"]);
  }
}

function* listed(list: unknown, at: ConfigPath): Generator<Reference> {
  for (const [index, named] of itemsOf(list)) yield [[...at, index], named];
}

function* missing(kind: string, named: unknown, there: readonly string[], path: ConfigPath): Generator<Mistake> {
  if (typeof named !== "string" || there.includes(named)) return;
  yield { path, message: `no ${kind} of this name${didYouMean(named, there)}` };
}
