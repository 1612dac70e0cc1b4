import { describeStore } from "@stowage/conformance/jest";
import type { Durability, SqliteStore } from "../src/index.js";
import { sqliteStore } from "../src/index.js";
import { temporary } from "./sample.js";

for (const durability of ["process", "disk"] satisfies Durability[]) {
  await describeStore({
    name: `sqlite, durability ${durability}`,
    setup: async (runtime) => {
      const place = await temporary();
      const opened: SqliteStore[] = [];
      const newInstance = async (): Promise<SqliteStore> => {
        const store = await sqliteStore({ path: place.file, durability, runtime });
        opened.push(store);
        return store;
      };
      const close = async (): Promise<void> => {
        for (const store of opened) await store.close();
        await place.remove();
      };
      return { store: await newInstance(), newInstance, close };
    },
  });
}
