export { createEngine } from "./engine.js";
export { limitOwners } from "./limit-owners.js";
export type { OwnerLimits } from "./limit-owners.js";
export type { EngineOptions, EngineTiming, PolicyOptions } from "./options.js";
export { takesAsTheyCome } from "./with-relay.js";
