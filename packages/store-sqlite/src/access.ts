import { UploadError } from "@stowage/core";
import type { Changes } from "./changes.js";
import type { GroupCommit } from "./commit/group-commit.js";
import type { Writer } from "./database/connection.js";
import { toUploadError } from "./database/failure.js";

/** How verbs reach the database until it is closed. */
export interface Access {
  /** A read of what is committed. */
  read<Result>(name: string, operation: () => Result): Promise<Result>;
  /** A write; `session` names the one that it changes, whose waiters are woken if it did. */
  write<Result>(name: string, session: string | null, operation: () => Result): Promise<Result>;
  /** See `SessionStore.changed`. */
  changed(id: string, signal: AbortSignal): Promise<void>;
  /** Commits what waits and closes everything. Idempotent. */
  close(): Promise<void>;
}

/** `release` closes the connections; called once. */
export function openAccess(
  writer: Pick<Writer, "changedRows">,
  group: GroupCommit,
  changes: Changes,
  release: () => Promise<void>,
): Access {
  let closing: Promise<void> | null = null;
  const end = async (): Promise<void> => {
    await group.close();
    changes.close();
    await release();
  };
  return {
    read: async (name, operation) => {
      if (closing !== null) throw storeClosed();
      try {
        return operation();
      } catch (error) {
        throw toUploadError(error, name);
      }
    },
    write: async (name, session, operation) => {
      if (closing !== null) throw storeClosed();
      let isChanged = false;
      const result = await group.run(name, () => {
        const before = writer.changedRows();
        const found = operation();
        isChanged = writer.changedRows() !== before;
        return found;
      });
      if (session !== null && isChanged) changes.touch(session);
      return result;
    },
    changed: (id, signal) => (closing === null ? changes.wait(id, signal) : Promise.resolve()),
    close: () => (closing ??= end()),
  };
}

function storeClosed(): UploadError<"INTERRUPTED"> {
  return new UploadError("INTERRUPTED", "the session store is closed", { reason: "closed" });
}
