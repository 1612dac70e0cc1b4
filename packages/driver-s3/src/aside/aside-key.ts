import { asidePrefix } from "../keys.js";
import type { PartToken } from "../receipt-token.js";

/** The store's key of a chunk that is kept aside. */
export function asideKey(
  prefix: string,
  key: string,
  { generation, number }: Pick<PartToken, "generation" | "number">,
): string {
  return `${asidePrefix(prefix, key)}${generation}-${number}`;
}

/** The reverse; `null` for a key that is no such chunk's. */
export function parseAsideKey(
  prefix: string,
  key: string,
  full: string,
): Pick<PartToken, "generation" | "number"> | null {
  const folder = asidePrefix(prefix, key);
  const [, generation, number] = (full.startsWith(folder) && /^(\d+)-(\d+)$/.exec(full.slice(folder.length))) || [];
  if (generation === undefined || number === undefined) return null;
  return { generation: Number(generation), number: Number(number) };
}
