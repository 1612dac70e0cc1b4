import { slaveRoutes } from "./slave-routes.js";

/** One route of a node, as whoever tests or documents a composition needs it. All want a signature of the master. */
export interface CloudreveSlaveRoute {
  readonly method: string;
  /** Below the mount point; `{name}` stands for one segment. */
  readonly path: string;
}

/** All routes but preflights. */
export const cloudreveSlaveRoutes: readonly CloudreveSlaveRoute[] = slaveRoutes.flatMap(({ methods, path }) =>
  methods.map((method) => ({ method, path })),
);
