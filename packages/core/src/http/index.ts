export type { Access, HttpAnswer, HttpExchange, Identify, Protocol, ProtocolOptions } from "./exchange.js";
export { parseRange } from "./range.js";
