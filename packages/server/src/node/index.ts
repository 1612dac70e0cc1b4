export { nodeHandler } from "./node-handler.js";
export type { NodeHandlerOptions } from "./node-handler.js";
export { nodeServer } from "./node-server.js";
export type { NodeServer, NodeServerOptions } from "./node-server.js";
export type { ServingOptions } from "./serving.js";
