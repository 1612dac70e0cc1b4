import type { ChecksumAlgorithm, Receipt } from "@stowage/core";

/** A stored receipt. */
export interface ReceiptRow {
  readonly start: number;
  readonly size: number;
  readonly token: string;
  readonly algorithm: ChecksumAlgorithm | null;
  readonly checksum: string | null;
}

/** Ends before its WHERE. */
export const selectReceipts = "SELECT start, size, token, algorithm, checksum FROM receipts";

export function receiptOf({ start, size, token, algorithm, checksum }: ReceiptRow): Receipt {
  const stored = { offset: start, size, token };
  return algorithm === null || checksum === null ? stored : { ...stored, checksum: { algorithm, value: checksum } };
}
