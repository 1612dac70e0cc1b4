import type { StorageDriver } from "./driver.js";

/** An operator's decision where and how uploads are stored. In configuration the driver is a name and options; here it is made. */
export interface StoragePolicy {
  readonly id: string;
  readonly name: string;
  readonly driver: StorageDriver;
  /**
   * The same backend behind a relay. Takes the uploads whose bytes `driver` could not take as they come: cut by the client,
   * of unknown size. Absent: `driver` takes what it can, and the others are refused.
   */
  readonly relayed?: StorageDriver;
  /** Who carries the bytes. `through` to a remote backend is what Cloudreve calls relay. */
  readonly transfer: "through" | "direct";
  readonly chunks: {
    /** A wish; `planChunks` moves it into the driver's limits or throws `PLAN_IMPOSSIBLE`. 0 = one chunk. */
    readonly size: number;
    /** 1 = strictly in order; more = that many at a time, in any order. */
    readonly parallel: number;
  };
  readonly accept: { readonly maxSize: number; readonly names: NameRules };
  /**
   * Template of the object key, as in Cloudreve's blob names: `{uuid} {randomkey8} {randomkey16} {timestamp}
   * {timestamp_nano} {randomnum2,3,4,8} {datetime} {date} {year} {month} {day} {hour} {minute} {second} {uid}
   * {ext} {originname} {originname_without_ext} {path}`; what is not in this list stays as it is.
   * Must hold something that differs for each upload (`{uuid}`, `{randomkey16}`); refused at load else.
   */
  readonly key: string;
  /** Slides on activity up to `maxLifeMs`. */
  readonly session: { readonly ttlMs: number; readonly maxLifeMs: number; readonly tombstoneMs: number };
}

export interface NameRules {
  readonly extensions?: { readonly kind: "allow" | "deny"; readonly list: readonly string[] };
  readonly pattern?: { readonly kind: "allow" | "deny"; readonly regexp: string };
}

/** What a client may know of a policy. */
export interface PolicyView {
  readonly id: string;
  readonly name: string;
  /** `StorageDriver.name`. */
  readonly driver: string;
  readonly transfer: "through" | "direct";
  /** As configured; the plan of an upload may differ where the driver's limits ask for it. */
  readonly chunks: StoragePolicy["chunks"];
  readonly accept: StoragePolicy["accept"];
}

/** Which policy an upload goes to: the first rule that matches decides. */
export interface RoutingRule {
  readonly when: {
    readonly owners?: readonly string[];
    readonly groups?: readonly string[];
    readonly pathPrefix?: string;
    readonly contentType?: string;
    readonly minSize?: number;
    readonly maxSize?: number;
  };
  /** Several = spread by weight over those that are healthy. */
  readonly use: readonly { readonly policyId: string; readonly weight: number }[];
}
