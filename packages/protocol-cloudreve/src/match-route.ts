import type { Route } from "./routes.js";

/** A route, and the decoded segments of the path that it names. */
export interface RouteMatch {
  readonly route: Route;
  readonly parts: readonly string[];
}

/** Compiles the table; `find` takes a path below the mount point. `null`: no such route. */
export function routeMatcher(routes: readonly Route[]): { find(method: string, path: string): RouteMatch | null } {
  const compiled = routes.map((route) => ({ route, pattern: route.path.split("/") }));
  return {
    find: (method, path) => {
      const segments = path.split("/");
      for (const { route, pattern } of compiled) {
        if (!route.methods.includes(method) || pattern.length !== segments.length) continue;
        const parts = matchSegments(pattern, segments);
        if (parts !== null) return { route, parts };
      }
      return null;
    },
  };
}

function matchSegments(pattern: readonly string[], segments: readonly string[]): readonly string[] | null {
  const parts: string[] = [];
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index] ?? "";
    if (!expected.startsWith("{")) {
      if (expected !== segment) return null;
      continue;
    }
    const part = decodeSegment(segment);
    if (part === null) return null;
    parts.push(part);
  }
  return parts;
}

/** A segment with an encoded slash is refused: joined again, it would be two. */
function decodeSegment(segment: string): string | null {
  try {
    const part = decodeURIComponent(segment);
    return part === "" || part.includes("/") ? null : part;
  } catch {
    return null;
  }
}
