export { memoryBackend } from "./driver/memory-backend.js";
export type { MemoryBackend } from "./driver/memory-backend.js";
export { memoryDriver } from "./driver/memory-driver.js";
export type { MemoryDriverOptions } from "./driver/options.js";
export { memoryData } from "./store/memory-data.js";
export type { MemoryData } from "./store/memory-data.js";
export { memoryStore } from "./store/memory-store.js";
export type { MemoryStore, MemoryStoreOptions } from "./store/memory-store.js";
