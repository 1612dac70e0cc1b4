export type { MediaOptions } from "./options.js";
export { media } from "./protocol.js";
export type { MediaRuntime } from "./protocol.js";
export type { ChunkMedia, MediaInfo, MediaKind } from "./wire/answers.js";
export type { MediaError } from "./wire/failure.js";
