export { nativeDigest } from "./native-digest.js";
export { nodeRuntime } from "./node-runtime.js";
export { spareBuffers } from "./spare-buffers.js";
export type { SpareBuffers } from "./spare-buffers.js";
