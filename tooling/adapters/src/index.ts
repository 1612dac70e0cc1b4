export { describeServer } from "./describe-server.js";
export type { ServerTraits } from "./describe-server.js";
export type { ServerProgram } from "./server-process.js";
export { sourceProgram } from "./source-program.js";
