import type { ConfigPath, Mistake } from "./mistake.js";

/** What stands for the environment; `process.env` is one. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Deeper than any configuration; a YAML alias may lead back to itself. */
const deepest = 32;
const reference = /\$(\$?)\{([^}]*)\}?/g;
const wellFormed = /^([A-Za-z_]\w*)(?::-(.*))?$/s;

/**
 * The same value with `${NAME}` and `${NAME:-default}` in its strings replaced; `$${` is a plain `${`, and the default is for an
 * empty variable as well. A variable that is missing is a mistake, as is anything else in such braces. Keys stay.
 */
export function expandVariables(
  value: unknown,
  environment: Environment,
): { readonly value: unknown; readonly mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = [];
  const walk = (part: unknown, path: ConfigPath): unknown => {
    if (path.length > deepest) {
      mistakes.push({ path: path.slice(0, 4), message: `nested deeper than ${deepest} levels` });
      return null;
    }
    if (typeof part === "string") return expand(part, path);
    if (Array.isArray(part)) return part.map((item, index) => walk(item, [...path, index]));
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, item]) => [key, walk(item, [...path, key])]));
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
