import type { Catalog, SessionStore } from "@stowage/core";

/** What a store package makes: sessions and the catalog, so that both move in one transaction. */
export type Store = SessionStore & Catalog;

/** A store that is empty, anew for each case. */
export interface StoreFixture {
  readonly store: Store;
  /** The same data from another process, while the first one has it open. `close` of the fixture ends it, too. */
  newInstance?(): Promise<Store> | Store;
  close?(): Promise<void>;
}
