/** One block of a body on its way; the next one is filled meanwhile, and waits for it. */
export interface SendingLine {
  /** @param work rejects where the block is not staged */
  send(work: Promise<void>): void;
  /** Until the block is staged. Resolves with `false` where none was on its way. Rejects with what it failed of. */
  sent(): Promise<boolean>;
  /** Until the block has ended, however it did. */
  ended(): Promise<void>;
}

/** @param onFailure hears of a failure at once, also while nobody waits for the block */
export function sendingLine(onFailure: (error: unknown) => void): SendingLine {
  let sending: Promise<void> | null = null;
  return {
    send: (work) => {
      work.catch(onFailure);
      sending = work;
    },
    sent: async () => {
      if (sending === null) return false;
      await sending;
      sending = null;
      return true;
    },
    ended: async () => {
      await sending?.catch(() => {});
    },
  };
}
