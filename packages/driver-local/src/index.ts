export { local } from "./driver.js";
export { localOptionsSchema } from "./options.js";
export type { LocalOptions } from "./options.js";
