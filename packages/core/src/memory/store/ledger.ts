import { UploadError } from "../../errors.js";

interface Balance {
  reserved: number;
  stored: number;
}

/** Bytes of each owner: reserved by sessions, stored in entries. */
export interface Ledger {
  of(owner: string): Readonly<Balance>;
  /** @throws {UploadError} `QUOTA_EXCEEDED` where `more` bytes would bring the owner beyond `quota` */
  check(owner: string, more: number, quota: number): void;
  move(owner: string, reserved: number, stored: number): void;
}

/** All owners start with nothing. */
export function ledger(): Ledger {
  const balances = new Map<string, Balance>();
  const of = (owner: string): Readonly<Balance> => ({ ...(balances.get(owner) ?? { reserved: 0, stored: 0 }) });
  return {
    of,
    check: (owner, more, quota) => {
      const { reserved, stored } = of(owner);
      if (reserved + stored + more <= quota) return;
      throw new UploadError("QUOTA_EXCEEDED", `${more} bytes more than the owner's quota of ${quota} leaves`, {
        owner,
        limit: quota,
      });
    },
    move: (owner, reserved, stored) => {
      const before = of(owner);
      balances.set(owner, { reserved: before.reserved + reserved, stored: before.stored + stored });
    },
  };
}
