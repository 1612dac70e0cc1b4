import type { Route } from "./routes.js";

/** What a request asks for. */
export type RouteMatch =
  /** `content`: still percent-encoded, without the slash before it; `null` where the route names none. */
  | { readonly kind: "route"; readonly route: Route; readonly content: string | null }
  | { readonly kind: "document" }
  /** The methods that the path takes; none: no such path. */
  | { readonly kind: "refused"; readonly allowed: readonly string[] };

/**
 * The route of a path below the mount point. A literal `/$/` sets an operation off; `%2F` and `%24` belong to the
 * content's name, so nothing is decoded before this.
 */
export function matchRoute(routes: readonly Route[], method: string, path: string): RouteMatch {
  const at = path.lastIndexOf("/$/");
  const content = (at === -1 ? path.slice(1) : path.slice(1, at)) || null;
  const operation = at === -1 ? null : path.slice(at + 3);
  if (content === null && operation === "openapi.json" && (method === "GET" || method === "HEAD"))
    return { kind: "document" };
  const name = (content === null ? "" : "/{contentPath}") + (operation === null ? "" : `/$/${operation}`) || "/";
  const there = routes.filter((route) => route.path === name);
  const route = there.find((each) => each.method === method);
  if (route !== undefined) return { kind: "route", route, content };
  return { kind: "refused", allowed: there.map((each) => each.method) };
}
