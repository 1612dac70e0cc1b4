export { optionsSchema as imageStoreOptionsSchema } from "./options.js";
export type { ImageStoreOptions } from "./options.js";
export { imageStore } from "./protocol.js";
export type { ContentAnswer, SessionsAnswer } from "./wire/answers.js";
export type { FabricError } from "./wire/fabric-error.js";
