import type { SessionView } from "@stowage/core";
import { z } from "zod";

const wireFacts = z.object({
  /** The client's own spelling of the URI. */
  uri: z.string(),
  /** 32 letters and digits; proves a callback from whoever took the bytes. */
  callbackSecret: z.string(),
  /** `X-Cr-Purchase-Ticket`, for the `beforeCreate` hook; `null` without one. */
  purchaseTicket: z.string().nullable(),
});
/** What this front-end keeps in a session's `wire`. A hook finds it in `CreateUpload.wire`. */
export type WireFacts = z.output<typeof wireFacts>;

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const secretLength = 32;
/** Of which at least as many as are needed are nearly always of use. */
const drawnAtOnce = 40;

/** The facts of a new session, with a fresh secret. */
export function makeWireFacts(uri: string, purchaseTicket: string | undefined): WireFacts {
  return { uri, callbackSecret: makeSecret(), purchaseTicket: purchaseTicket?.slice(0, 255) ?? null };
}

/** `null`: another front-end made the session. */
export function readWireFacts({ protocol, wire }: Pick<SessionView, "protocol" | "wire">): WireFacts | null {
  if (protocol !== "cloudreve") return null;
  const facts = wireFacts.safeParse(wire);
  return facts.success ? facts.data : null;
}

/** Bytes from 248 up are thrown away, so that every letter is equally likely. */
function makeSecret(): string {
  let secret = "";
  while (secret.length < secretLength) {
    for (const byte of crypto.getRandomValues(new Uint8Array(drawnAtOnce))) {
      if (byte < letters.length * 4) secret += letters[byte % letters.length] ?? "";
    }
  }
  return secret.slice(0, secretLength);
}
