export type { Access, HttpAnswer, HttpExchange, Protocol, ProtocolOptions } from "./exchange.js";
export { parseRange } from "./range.js";
