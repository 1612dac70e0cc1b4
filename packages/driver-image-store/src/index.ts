export { imageStore } from "./driver.js";
export { imageStoreOptionsSchema } from "./options.js";
export type { ImageStoreOptions } from "./options.js";
