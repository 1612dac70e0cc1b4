export { nativeDigest } from "./native-digest.js";
export { nodeRuntime } from "./node-runtime.js";
