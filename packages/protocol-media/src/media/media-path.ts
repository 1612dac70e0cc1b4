import { safeName } from "./safe-name.js";

/** What a path template may hold. */
export const placeholders = /\{(id|name|ext|kind)\}/g;

/** The facts of an upload that its path is made of. */
export interface PathFacts {
  readonly id: string;
  readonly kind: string;
  /** As the client gave it; `null`: it gave none. */
  readonly name: string | null;
  /** Of the type that the bytes have, without the dot. */
  readonly ext: string;
}

/** Names that are tried before the upload's id settles it. */
const mostNumbered = 9;

/** Paths to try in turn where an earlier one is taken: as the template says, numbered, with the upload's id. */
export function* mediaPaths(template: string, facts: PathFacts): Generator<string> {
  const { id, kind, ext } = facts;
  const values = { id, kind, ext, name: safeName(facts.name, ext) ?? `${id}.${ext}` };
  const path = template.replaceAll(placeholders, (_, key: keyof typeof values) => values[key]);
  yield path;
  for (let number = 2; number <= mostNumbered; number += 1) yield beforeExtension(path, ` (${number})`);
  yield beforeExtension(path, `-${id}`);
}

function beforeExtension(path: string, mark: string): string {
  const dot = path.lastIndexOf(".");
  const at = dot > path.lastIndexOf("/") + 1 ? dot : path.length;
  return `${path.slice(0, at)}${mark}${path.slice(at)}`;
}
