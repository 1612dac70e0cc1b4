import type { ConfigPath, Mistake } from "../mistake.js";
import { valueAt } from "./raw.js";

/** Of supervisors; they cannot be moved. */
const health = ["/livez", "/readyz"];

/** Paths that the gateway keeps to itself; those of metrics and docs also while they are off, but not once they are moved. */
export function ownPaths(config: unknown): readonly string[] {
  return [...health, pathOf(config, "metrics"), pathOf(config, "docs")];
}

/** Two of the gateway's own at one path. */
export function* checkOwnPaths(config: unknown): Generator<Mistake> {
  const taken = new Set(health);
  for (const section of ["metrics", "docs"] as const) {
    const found = pathOf(config, section);
    const path: ConfigPath = valueAt(config, section, "path") === undefined ? [section] : [section, "path"];
    if (taken.has(found)) yield { path, message: "the gateway answers there with something else" };
    taken.add(found);
  }
}

function pathOf(config: unknown, section: "metrics" | "docs"): string {
  const path = valueAt(config, section, "path");
  return typeof path === "string" ? path : `/${section}`;
}
