export { remote } from "./driver.js";
export { remoteOptionsSchema } from "./options.js";
export type { RemoteOptions } from "./options.js";
