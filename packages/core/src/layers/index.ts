export { observe } from "./observe.js";
export type { DriverCall, DriverOperation, ObserveCall } from "./observe.js";
