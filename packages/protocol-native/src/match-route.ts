import type { Route } from "./routes.js";

/** A route and the decoded segments that it names; or the methods that the path has, the asked one not being among them. */
export type RouteMatch =
  | { readonly route: Route; readonly parts: readonly string[] }
  | { readonly route: null; readonly allowed: readonly string[] };

/** The route of a path below the mount point. An `allowed` without any: no such path. */
export function matchRoute(routes: readonly Route[], method: string, path: string): RouteMatch {
  const segments = path.split("/");
  const allowed: string[] = [];
  for (const route of routes) {
    const parts = matchSegments(route.path.split("/"), segments);
    if (parts === null) continue;
    if (route.methods.includes(method)) return { route, parts };
    allowed.push(...route.methods);
  }
  return { route: null, allowed };
}

function matchSegments(pattern: readonly string[], segments: readonly string[]): readonly string[] | null {
  if (pattern.length !== segments.length) return null;
  const parts: string[] = [];
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index] ?? "";
    if (!expected.startsWith("{")) {
      if (expected !== segment) return null;
      continue;
    }
    // Ids and indices need no percent-encoding, and what needs it names nothing here.
    if (!/^[\w.~-]{1,128}$/.test(segment)) return null;
    parts.push(segment);
  }
  return parts;
}
