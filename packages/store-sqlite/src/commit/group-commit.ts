import type { Clock } from "@stowage/core";
import type { Writer } from "../database/connection.js";
import type { Durability } from "../database/open-database.js";
import { type CommitListener, type Operation, prepareTransaction } from "./transaction.js";

/** Runs writes in transactions that many calls share. */
export interface GroupCommit {
  /**
   * Runs an operation in the next transaction and resolves after its COMMIT. One that throws leaves nothing behind, and the
   * others of its transaction unharmed; it may run twice. `name` is for errors.
   */
  run<Result>(name: string, operation: () => Result): Promise<Result>;
  /** Between a BEGIN and the end of its COMMIT no other connection can commit, and the writer must be left alone. */
  isCommitting(): boolean;
  /** Resolves when nothing waits any more; the caller asks for nothing more. */
  close(): Promise<void>;
}

/** Most operations in one transaction: bounds how long the loop stands still. */
const mostTogether = 256;

/**
 * Calls of one turn of the loop share a transaction; with durability "disk", whose COMMIT waits for the disk on a thread of its
 * own, so do those that come meanwhile.
 */
export async function groupCommit(
  writer: Writer,
  durability: Durability,
  clock: Clock,
  listener: CommitListener,
): Promise<GroupCommit> {
  const transaction = await prepareTransaction(writer, durability, clock, listener);
  const waiting: Operation[] = [];
  let working: Promise<void> | null = null;

  const work = async (): Promise<void> => {
    while (waiting.length > 0) {
      // Everything that this turn of the loop asks for comes along.
      await new Promise((resolve) => setImmediate(resolve));
      await transaction.commit(waiting.splice(0, mostTogether));
    }
    working = null;
  };
  return {
    run<Result>(name: string, operation: () => Result): Promise<Result> {
      return new Promise<Result>((resolve, reject) => {
        waiting.push({ name, run: operation, resolve: (result) => resolve(result as Result), reject });
        working ??= work();
      });
    },
    isCommitting: () => transaction.isOpen(),
    close: async () => {
      await working;
    },
  };
}
