import { ReflectionKind } from "typedoc";
import type { DeclarationReflection, ProjectReflection } from "typedoc";

const kinds =
  ReflectionKind.Enum |
  ReflectionKind.Variable |
  ReflectionKind.Function |
  ReflectionKind.Class |
  ReflectionKind.Interface |
  ReflectionKind.TypeAlias;

/**
 * What packages export without a word about it, each once, as `package: name`. Members may do without: what a name and
 * a type say by themselves needs no words.
 */
export function undocumented(project: ProjectReflection): readonly string[] {
  const found = project
    .getReflectionsByKind(kinds)
    .filter(({ parent }) => parent?.kindOf(ReflectionKind.Module | ReflectionKind.Project) === true)
    .filter((reflection) => !isDocumented(reflection as DeclarationReflection));
  const names = found.map(({ parent, name }) => `${parent?.name.replace(/\/src\b/, "")}: ${name}`);
  return [...new Set(names)].toSorted((a, b) => (a < b ? -1 : 1));
}

function isDocumented(reflection: DeclarationReflection): boolean {
  return [reflection, ...(reflection.signatures ?? [])].some((one) => one.comment?.hasVisibleComponent() === true);
}
