import type { CallOptions, SessionView, Uploads } from "@stowage/core";
import { finishIfFull } from "../upload/finish-if-full.js";
import { pendingFacts } from "./deliver-callback.js";
import type { Delivery, DeliveryContext, TellingUploads } from "./deliver-callback.js";
import { makeErrands } from "./errands.js";

/** The part of the engine that a courier needs. */
export type CourierUploads = TellingUploads & Pick<Uploads, "sessions" | "complete">;

/** Tells masters of completed uploads until they have heard it. What is pending is in the sessions, not here. */
export interface CallbackCourier {
  /** Looks for what an earlier process left, now and again and again: uploads that are full and not complete, callbacks. */
  start(uploads: CourierUploads): void;
  /** Takes the callback of a session on, where there is one; does nothing for one that is on its way. */
  take(uploads: CourierUploads, id: string): void;
  /** As `take`, but in a moment: the master brought the last chunk itself, and has to write down that it is here. */
  takeLater(uploads: CourierUploads, id: string): void;
  /** As `take`, and waits a little for what comes of the first attempt; `null`: nothing yet. */
  hurry(uploads: CourierUploads, id: string, options: CallOptions): Promise<Delivery | null>;
  /** A master has pinged. After a silence it is back, so those that could not be reached are tried now. */
  wake(): void;
  /** Stops; what is pending stays so. */
  close(): Promise<void>;
}

/** Durations in milliseconds. */
export interface CourierTiming {
  /** How long `hurry` waits. */
  readonly waitMs: number;
  readonly rescanMs: number;
}

const pageLength = 500;
const laterMs = 1000;
/**
 * A master that has not been silent for so long was there all along, and does not answer for another reason: its site URL
 * may be wrong, and then each ping would send all callbacks again.
 */
const silenceMs = 30_000;

/** Sends callbacks, each until it is delivered, refused for good, or its session is gone. */
export function callbackCourier(context: DeliveryContext, timing: CourierTiming): CallbackCourier {
  const { clock, log } = context;
  const closing = new AbortController();
  const { signal: closed } = closing;
  const errands = makeErrands(context, closed);
  let scanning: Promise<void> = Promise.resolve();
  let pingedAt = -Infinity;

  const scanForEver = async (uploads: CourierUploads): Promise<void> => {
    while (!closed.aborted) {
      try {
        for await (const session of sessionsIn(uploads, "open", { signal: closed })) await finish(uploads, session);
        for await (const session of sessionsIn(uploads, "completed", { signal: closed }))
          if (pendingFacts(session) !== null) void errands.send(uploads, session.id);
      } catch (error) {
        if (!closed.aborted) log.warn({ error: String(error) }, "callbacks that are left cannot be looked for");
      }
      await clock.sleep(timing.rescanMs, closed);
    }
  };
  /** Its last chunk was the last that its process did. */
  const finish = async (uploads: CourierUploads, { id, received, target }: SessionView): Promise<void> => {
    if (received !== target.size || received === 0) return;
    const options = { signal: closed };
    await finishIfFull({ engine: uploads, options }, id).catch((error: unknown) =>
      log.warn({ sessionId: id, error: String(error) }, "an upload that is full could not be completed"),
    );
  };
  return {
    start: (uploads) => {
      scanning = scanForEver(uploads);
    },
    take: (uploads, id) => void errands.send(uploads, id),
    takeLater: (uploads, id) => {
      void clock.sleep(laterMs, closed).then(() => errands.send(uploads, id));
    },
    hurry: async (uploads, id, { signal }) => {
      const over = new AbortController();
      const tooLong = clock.sleep(timing.waitMs, AbortSignal.any([signal, over.signal])).then(() => null);
      try {
        return await Promise.race([errands.send(uploads, id), tooLong]);
      } finally {
        over.abort();
      }
    },
    wake: () => {
      const now = clock.now();
      if (now - pingedAt >= silenceMs) errands.wake();
      pingedAt = now;
    },
    close: async () => {
      closing.abort();
      await Promise.all([scanning, errands.stopped()]);
    },
  };
}

async function* sessionsIn(
  uploads: CourierUploads,
  state: "open" | "completed",
  options: CallOptions,
): AsyncGenerator<SessionView> {
  for (let after: string | undefined; ;) {
    const filter = { state, limit: pageLength, ...(after === undefined ? {} : { after }) };
    const page = await uploads.sessions(filter, options);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageLength) return;
    after = last.id;
  }
}
