export type { CloudreveOptions } from "./options.js";
export { cloudreve } from "./protocol.js";
export type { WireFacts } from "./upload/wire-facts.js";
