import { routes } from "./routes.js";

/** One route, as whoever tests or documents a composition needs it. */
export interface CloudreveRoute {
  readonly method: string;
  /** Below the mount point; `{name}` stands for one segment. */
  readonly path: string;
  /** `known`: code 401 without a caller. `signed`: the URL proves it. */
  readonly who: "anyone" | "known" | "signed";
}

/** All routes but `GET /openapi.json`, which anyone may ask, and preflights. */
export const cloudreveRoutes: readonly CloudreveRoute[] = routes.flatMap(({ methods, path, who }) =>
  methods.map((method) => ({ method, path, who })),
);
