export { nextHandlers } from "./next-handlers.js";
export type { NextHandlers, NextHandlersOptions } from "./next-handlers.js";
