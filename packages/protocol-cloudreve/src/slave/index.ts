export { cloudreveSlave } from "./cloudreve-slave.js";
export type { CloudreveSlave } from "./cloudreve-slave.js";
export type { CloudreveSlaveOptions, SlaveRoom } from "./options.js";
export { cloudreveSlaveRoutes } from "./route-list.js";
export type { CloudreveSlaveRoute } from "./route-list.js";
