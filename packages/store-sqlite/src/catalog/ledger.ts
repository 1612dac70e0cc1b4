import { UploadError } from "@stowage/core";
import type { Writer } from "../database/connection.js";

/** Bytes by owner, moved in the same transaction as what they count. */
export interface Ledger {
  /** Adds to both; negative gives back. */
  move(owner: string, reserved: number, stored: number): void;
  /** @throws {UploadError} `QUOTA_EXCEEDED` where `more` bytes would bring the owner over `quota` */
  check(owner: string, more: number, quota: number): void;
}

/** Prepares its statements. */
export async function prepareLedger(writer: Writer): Promise<Ledger> {
  const total = await writer.prepare<{ total: number }>("SELECT reserved + stored AS total FROM usage WHERE owner = ?");
  const add = await writer.prepare(
    `INSERT INTO usage (owner, reserved, stored) VALUES (?1, ?2, ?3)
     ON CONFLICT (owner) DO UPDATE SET reserved = reserved + ?2, stored = stored + ?3`,
  );
  return {
    move: (owner, reserved, stored) => {
      if (reserved !== 0 || stored !== 0) add.run(owner, reserved, stored);
    },
    check: (owner, more, quota) => {
      if (more + (total.get(owner)?.total ?? 0) <= quota) return;
      throw new UploadError("QUOTA_EXCEEDED", `${more} bytes more than the quota of ${quota} allows`, {
        owner,
        limit: quota,
      });
    },
  };
}
