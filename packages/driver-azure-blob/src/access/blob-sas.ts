import { createHmac } from "node:crypto";
import type { EpochMs } from "@stowage/core";

/** What a shared access signature for one blob says. */
export interface BlobSasWish {
  readonly account: string;
  /** Base64. */
  readonly accountKey: string;
  readonly container: string;
  /** As it is, not percent-encoded. */
  readonly blob: string;
  /** In the service's order: `r`, `cw`. */
  readonly permissions: string;
  /** Absent: at once. Seconds count. */
  readonly startsAt?: EpochMs;
  readonly expiresAt: EpochMs;
  readonly protocol: "https" | "https,http";
  /** The service's version whose rules hold; 2020-12-06 or later. */
  readonly version: string;
}

/**
 * The query of a URL that lets its holder at one blob, signed with the account's key (service SAS,
 * https://learn.microsoft.com/rest/api/storageservices/create-service-sas). The order of the sixteen lines is the service's.
 */
export function blobSas(wish: BlobSasWish): string {
  const { account, container, blob, permissions, startsAt, protocol, version } = wish;
  const start = startsAt === undefined ? "" : sasTime(startsAt);
  const end = sasTime(wish.expiresAt);
  const resource = `/blob/${account}/${container}/${blob}`;
  const identity = ["", "", protocol, version, "b", "", ""];
  const answerHeaders = ["", "", "", "", ""];
  const text = [permissions, start, end, resource, ...identity, ...answerHeaders].join("\n");
  const signature = createHmac("sha256", Buffer.from(wish.accountKey, "base64")).update(text).digest("base64");
  const query = { sv: version, spr: protocol, st: start, se: end, sr: "b", sp: permissions, sig: signature };
  const said = Object.entries(query).filter(([, value]) => value !== "");
  return said.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
}

/** Whole seconds, `2026-01-02T03:04:05Z`. */
export function sasTime(at: EpochMs): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
