import { type Clock, isUploadError } from "@stowage/core";
import type { Writer } from "../database/connection.js";
import { toUploadError } from "../database/failure.js";
import type { Durability } from "../database/open-database.js";
import { retryWhileBusy } from "../database/retry-while-busy.js";

/** One write that waits for its transaction. */
export interface Operation {
  readonly name: string;
  /** Throws an `UploadError` before it writes, or not at all. */
  readonly run: () => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Told what the commits do; must not throw. */
export interface CommitListener {
  /** The write lock is ours. */
  begun(): void;
  committed(): void;
}

export interface Transaction {
  /** Runs the operations in one transaction and settles every one of them after its COMMIT; never rejects. */
  commit(group: readonly Operation[]): Promise<void>;
  /** Between BEGIN and the end of COMMIT. */
  isOpen(): boolean;
}

type Ran =
  | { readonly kind: "ready"; readonly settlements: readonly (() => void)[] }
  /** One failed after it had begun to write, so all must be undone. */
  | { readonly kind: "harmed"; readonly error: unknown }
  /** COMMIT failed. What is rolled back now may still come back out of the log after a crash. */
  | { readonly kind: "unsure"; readonly error: unknown };

/** Prepares its statements. */
export async function prepareTransaction(
  writer: Writer,
  durability: Durability,
  clock: Clock,
  listener: CommitListener,
): Promise<Transaction> {
  const begin = await writer.prepare("BEGIN IMMEDIATE");
  const end = await writer.prepare("COMMIT");
  const rollback = await writer.prepare("ROLLBACK");
  let isOpen = false;

  const attempt = async (group: readonly Operation[]): Promise<Ran> => {
    await retryWhileBusy(clock, () => void begin.run());
    isOpen = true;
    try {
      listener.begun();
      const ran = runAll(writer, group);
      if (ran.kind !== "ready") return ran;
      try {
        if (durability === "process") end.run();
        else await writer.exec("COMMIT");
      } catch (error) {
        return { kind: "unsure", error };
      }
      return ran;
    } finally {
      if (writer.isInTransaction()) rollback.run();
      isOpen = false;
    }
  };
  const commit = async (group: readonly Operation[]): Promise<void> => {
    try {
      const ran = await attempt(group);
      if (ran.kind === "ready") {
        listener.committed();
        for (const settle of ran.settlements) settle();
      } else if (ran.kind === "unsure" || group.length === 1) {
        refuse(group, ran.error, ran.kind === "unsure");
      } else {
        for (const operation of group) await commit([operation]);
      }
    } catch (error) {
      refuse(group, error, false);
    }
  };
  return { commit, isOpen: () => isOpen };
}

function runAll(writer: Writer, group: readonly Operation[]): Ran {
  const settlements: (() => void)[] = [];
  for (const { run, resolve, reject } of group) {
    const before = writer.changedRows();
    try {
      const result = run();
      settlements.push(() => resolve(result));
    } catch (error) {
      if (!isUploadError(error) || writer.changedRows() !== before) return { kind: "harmed", error };
      settlements.push(() => reject(error));
    }
  }
  return { kind: "ready", settlements };
}

function refuse(group: readonly Operation[], error: unknown, wasSent: boolean): void {
  for (const { name, reject } of group) reject(toUploadError(error, name, wasSent));
}
