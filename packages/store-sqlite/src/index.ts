export type { Durability } from "./database/open-database.js";
export { sqliteStore } from "./sqlite-store.js";
export type { SqliteStore, SqliteStoreOptions } from "./sqlite-store.js";
