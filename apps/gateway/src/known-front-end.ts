import type { FrontEnd } from "./front-ends/front-end.js";
import { frontEnds } from "./registry.js";

/** The names that a mount's `protocol` may have. */
export const frontEndNames: readonly string[] = Object.keys(frontEnds);

/** `null`: the registry has none of this name. */
export function knownFrontEnd(name: string): FrontEnd | null {
  return Object.hasOwn(frontEnds, name) ? frontEnds[name as keyof typeof frontEnds] : null;
}
