import type { Route } from "./routes.js";

/** A route and the segment that it names; or the methods that the path has, the asked one not being among them. */
export type RouteMatch =
  | { readonly route: Route; readonly id: string }
  | { readonly route: null; readonly allowed: readonly string[] };

/** The route of a path below the mount point, with or without a slash at its end. An `allowed` without any: no such path. */
export function matchRoute(routes: readonly Route[], method: string, path: string): RouteMatch {
  const plain = path.endsWith("/") ? path.slice(0, -1) : path;
  const allowed: string[] = [];
  for (const route of routes) {
    const id = match(route.path, plain);
    if (id === null) continue;
    if (route.methods.includes(method)) return { route, id };
    allowed.push(...route.methods);
  }
  return { route: null, allowed };
}

/** `null`: another path. Ids need no percent-encoding, and what needs it names nothing here. */
function match(pattern: string, path: string): string | null {
  if (pattern !== "/{id}") return pattern === path ? "" : null;
  return /^\/([\w.~-]{1,128})$/.exec(path)?.[1] ?? null;
}
