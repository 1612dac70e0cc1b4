import type { CallOptions } from "@stowage/core";
import { isFull } from "../errors.js";
import type { RelayUpload } from "../relay-upload.js";

/** Who sends the parts of an upload that go in order. Two at once are no harm, as they would send the same bytes. */
export interface Lease {
  release(): Promise<void>;
}

const lookMs = 50;

/** `null`: another process has it. Renewed until it is released; a process that dies loses it after `leaseMs`. */
export async function takeLease(upload: RelayUpload): Promise<Lease | null> {
  const { shelf, context, handle } = upload;
  // Another one after a fence: who was fenced out may hang, and goes on renewing.
  const name = `sender-${handle.epoch}`;
  const { clock, newId } = context.runtime;
  const { leaseMs } = context.settings;
  const held = parse(await shelf.note(name));
  if (held !== null && held.until > clock.now()) return null;
  const owner = newId();
  const put = (until: number): Promise<void> => shelf.putNote(name, JSON.stringify([owner, until]));
  await put(clock.now() + leaseMs);
  if (parse(await shelf.note(name))?.owner !== owner) return null;
  const stop = new AbortController();
  const renew = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await clock.sleep(leaseMs / 3, stop.signal);
      if (!stop.signal.aborted) await put(clock.now() + leaseMs);
    }
  };
  const renewing = renew().catch(() => {});
  return {
    release: async () => {
      stop.abort();
      await renewing;
      await put(0).catch(() => {});
    },
  };
}

/** Waits for whoever has it. Goes without where there is no room for it. */
export async function awaitLease(upload: RelayUpload, { signal }: CallOptions): Promise<Lease> {
  for (;;) {
    signal.throwIfAborted();
    const lease = await takeLease(upload).catch((error: unknown) => {
      if (isFull(error)) return { release: () => Promise.resolve() };
      throw error;
    });
    if (lease !== null) return lease;
    await upload.context.runtime.clock.sleep(lookMs, signal);
  }
}

function parse(text: string | null): { readonly owner: string; readonly until: number } | null {
  const [, owner, until] = /^\["([^"\\]+)",(\d+)\]$/.exec(text ?? "") ?? [];
  return owner === undefined ? null : { owner, until: Number(until) };
}
