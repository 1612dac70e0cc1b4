/** Signals that end a command early, with the exit code that shells expect of each. */
const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** A user's wish to stop. */
export interface Interruption {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** 128 and the signal's number; `null` as long as none came. */
  readonly exitCode: 130 | 143 | 129 | null;
  /** Signals end the process again. */
  release(): void;
}

/** The first ^C lets what is under way stop in order; the second one does not wait. */
export function interruption(): Interruption {
  const controller = new AbortController();
  let exitCode: Interruption["exitCode"] = null;
  const listeners = Object.entries(signals).map(([name, code]) => {
    const listener = (): void => {
      if (exitCode !== null) process.exit(exitCode);
      exitCode = code;
      controller.abort();
    };
    process.on(name, listener);
    return () => process.off(name, listener);
  });
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    release: () => {
      for (const release of listeners) release();
    },
  };
}
