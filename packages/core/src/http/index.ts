export { parseContentDigest, parseDigest } from "./content-digest.js";
export { parseContentRange, printContentRange } from "./content-range.js";
export type { ContentRange } from "./content-range.js";
export type { Access, HttpAnswer, HttpExchange, Identify, Protocol, ProtocolOptions } from "./exchange.js";
export { parseRange } from "./range.js";
export { reportFailure } from "./report-failure.js";
export type { FailedRequest } from "./report-failure.js";
export { selectBytes } from "./select-bytes.js";
export type { SelectedBytes } from "./select-bytes.js";
