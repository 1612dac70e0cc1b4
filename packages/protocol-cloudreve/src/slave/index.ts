export { cloudreveSlave } from "./cloudreve-slave.js";
export type { CloudreveSlave } from "./cloudreve-slave.js";
export type { CloudreveSlaveOptions, SlaveRoom } from "./options.js";
