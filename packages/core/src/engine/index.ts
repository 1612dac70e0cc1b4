export { createEngine } from "./engine.js";
export { limitOwners } from "./limit-owners.js";
export type { OwnerLimits } from "./limit-owners.js";
export type { EngineOptions, PolicyOptions } from "./options.js";
