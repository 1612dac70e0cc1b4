export { parseContentRange, printContentRange } from "./content-range.js";
export type { ContentRange } from "./content-range.js";
export type { Access, HttpAnswer, HttpExchange, Identify, Protocol, ProtocolOptions } from "./exchange.js";
export { parseRange } from "./range.js";
