import type { Logger } from "@stowage/core";
import type { Writer } from "../database/connection.js";
import { isBusy } from "../database/failure.js";

/** Moves the log into the database, beside the writer. */
export interface LogCheckpoints {
  /** Called after each commit. */
  committed(): void;
  /** Waits for the one that runs, moves what is left, and empties the log unless others use it. */
  close(): Promise<void>;
}

/** About a megabyte of log with the rows of this schema. */
const changedRowsBetween = 1000;

/**
 * A checkpoint flushes two files. Run by the writer it would do so within a COMMIT, hence in the loop; run on a connection of
 * its own it takes a thread of libsql and stops nobody.
 */
export function logCheckpoints(checkpointer: Writer, writer: Writer, log: Logger): LogCheckpoints {
  let done = writer.changedRows();
  let running: Promise<void> | null = null;
  const checkpoint = async (mode: "PASSIVE" | "TRUNCATE"): Promise<void> => {
    try {
      await checkpointer.exec(`PRAGMA wal_checkpoint(${mode})`);
    } catch (error) {
      if (!isBusy(error)) log.warn({ error: String(error) }, "store-sqlite: a checkpoint failed");
    }
  };
  return {
    committed: () => {
      if (running !== null || writer.changedRows() - done < changedRowsBetween) return;
      done = writer.changedRows();
      running = checkpoint("PASSIVE").finally(() => (running = null));
    },
    close: async () => {
      await running;
      await checkpoint("TRUNCATE");
    },
  };
}
