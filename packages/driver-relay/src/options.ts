import { UploadError } from "@stowage/core";
import { driverName } from "./errors.js";
import type { Spool } from "./spool/spool.js";

/** Sizes in bytes. */
export interface RelayOptions {
  /** Where pieces wait. Shared by all processes that may get a chunk of the same upload. */
  readonly spool: Spool;
  /** Wished size of a part at the inner backend, moved into its limits. Default 8 MiB. */
  readonly cell?: number;
  /** What an upload of unknown length may grow to where the inner backend wants parts of one size. Default 256 GiB. */
  readonly unknownSize?: number;
  /** Where parts go in order: how long another process waits for one that sends and may have died, in ms. Default 10,000. */
  readonly leaseMs?: number;
}

/** Options with their defaults filled in. */
export type RelaySettings = Required<RelayOptions>;

const mebibyte = 1024 * 1024;

/** @throws {UploadError} `OPTIONS_INVALID` */
export function settingsOf(options: RelayOptions): RelaySettings {
  const settings = { cell: 8 * mebibyte, unknownSize: 262_144 * mebibyte, leaseMs: 10_000, ...withoutAbsent(options) };
  const issues = (["cell", "unknownSize", "leaseMs"] as const)
    .filter((name) => !Number.isSafeInteger(settings[name]) || settings[name] < 1)
    .map((name) => `${name}: must be a positive integer`);
  if (issues.length === 0) return settings;
  throw new UploadError("OPTIONS_INVALID", `options of relay: ${issues.join("; ")}`, { driver: driverName, issues });
}

function withoutAbsent(options: RelayOptions): RelayOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as unknown as RelayOptions;
}
