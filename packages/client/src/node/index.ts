export { fileSource } from "./file-source.js";
export { folderStore } from "./folder-store.js";
