import type { ConfigPath, Mistake } from "./mistake.js";

/** What stands for the environment; `process.env` is one. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Deeper than any configuration. */
const deepest = 32;
const reference = /\$(\$?)\{([^}]*)\}?/g;
const wellFormed = /^([A-Za-z_]\w*)(?::-(.*))?$/s;

/**
 * The same value with `${NAME}` and `${NAME:-default}` in its strings replaced; `$${` is a plain `${`, and the default is for an
 * empty variable as well. A variable that is missing is a mistake, as is anything else in such braces, a YAML alias that
 * leads back to itself, and a key that JavaScript takes for something else. Keys stay.
 */
export function expandVariables(
  value: unknown,
  environment: Environment,
): { readonly value: unknown; readonly mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = [];
  const around = new Set<object>();
  const walk = (part: unknown, path: ConfigPath): unknown => {
    if (path.length > deepest) {
      note(path.slice(0, 4), `nested deeper than ${deepest} levels`);
      return null;
    }
    if (typeof part === "string") return expand(part, path);
    if (typeof part !== "object" || part === null) return part;
    if (around.has(part)) {
      note(path, "an alias for what it is a part of");
      return null;
    }
    around.add(part);
    const walked = Array.isArray(part)
      ? part.map((item, index) => walk(item, [...path, index]))
      : Object.fromEntries(walkEntries(part, path));
    around.delete(part);
    return walked;
  };
  const walkEntries = (mapping: object, path: ConfigPath): readonly (readonly [string, unknown])[] => {
    return Object.entries(mapping).flatMap(([key, item]) => {
      if (key !== "__proto__") return [[key, walk(item, [...path, key])] as const];
      note([...path, key], "not a name that may stand here");
      return [];
    });
  };
  const expand = (text: string, path: ConfigPath): string =>
    text.replaceAll(reference, (all: string, escaped: string, inside: string) => {
      if (escaped !== "") return all.slice(1);
      const match = all.endsWith("}") ? wellFormed.exec(inside) : null;
      if (match === null)
        return note(path, "not a reference to a variable: ${NAME}, ${NAME:-default}, or $${ for ${ itself");
      const [, name = "", otherwise] = match;
      const found = environment[name];
      if (otherwise !== undefined) return found || otherwise;
      return found ?? note(path, `the environment has no variable ${name}`);
    });
  const note = (path: ConfigPath, message: string): string => {
    mistakes.push({ path, message });
    return "";
  };
  return { value: walk(value, []), mistakes };
}
