export { fileSource } from "./file-source.js";
export { folderStore } from "./folder-store.js";
export { sendNode } from "./send-node.js";
export { apiOf } from "../http/api.js";
export type { Api } from "../http/api.js";
export { failureOf } from "../http/failure-of.js";
export type { SessionInfo } from "../http/wire.js";
