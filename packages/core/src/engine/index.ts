export { createEngine } from "./engine.js";
export type { EngineOptions, PolicyOptions } from "./options.js";
