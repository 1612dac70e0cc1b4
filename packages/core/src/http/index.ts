export type { HttpAnswer, HttpExchange, Protocol } from "./exchange.js";
export { parseRange } from "./range.js";
