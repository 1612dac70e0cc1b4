export { fetchHandler } from "./fetch-handler.js";
export type { FetchHandlerOptions } from "./fetch-handler.js";
