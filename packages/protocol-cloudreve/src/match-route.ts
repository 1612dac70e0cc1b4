/** What a route is found by. */
export interface RoutePattern {
  readonly methods: readonly string[];
  /** Relative to the mount point; `{name}` takes one segment. */
  readonly path: string;
  /** Pages of any origin may ask it. */
  readonly crossOrigin?: true;
}

/** A route, and the decoded segments of the path that it names. */
export interface RouteMatch<Route extends RoutePattern> {
  readonly route: Route;
  readonly parts: readonly string[];
}

/** Finds routes by paths below the mount point. */
export interface RouteMatcher<Route extends RoutePattern> {
  /** `null`: no such route. */
  find(method: string, path: string): RouteMatch<Route> | null;
  /** What pages of other origins may ask there. */
  crossOriginMethods(path: string): readonly string[];
}

/** Compiles the table. */
export function routeMatcher<Route extends RoutePattern>(routes: readonly Route[]): RouteMatcher<Route> {
  const compiled = routes.map((route) => ({ route, pattern: route.path.split("/") }));
  function* at(path: string): Generator<RouteMatch<Route>> {
    const segments = path.split("/");
    for (const { route, pattern } of compiled) {
      const parts = pattern.length === segments.length ? matchSegments(pattern, segments) : null;
      if (parts !== null) yield { route, parts };
    }
  }
  return {
    find: (method, path) => {
      for (const match of at(path)) if (match.route.methods.includes(method)) return match;
      return null;
    },
    crossOriginMethods: (path) =>
      [...at(path)].flatMap(({ route }) => (route.crossOrigin === true ? route.methods : [])),
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
