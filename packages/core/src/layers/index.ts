export { limit } from "./limit.js";
export { observe } from "./observe.js";
export type { DriverCall, DriverOperation, ObserveCall } from "./observe.js";
export { retry } from "./retry.js";
export type { RetryOptions } from "./retry.js";
export { tryAgain } from "./try-again.js";
