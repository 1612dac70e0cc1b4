import type { NodeSigner } from "@stowage/cloudreve-wire";
import { isUploadError } from "@stowage/core";
import type { CallOptions, Runtime, SessionView, Uploads } from "@stowage/core";
import { readSlaveFacts } from "../upload/slave-facts.js";
import type { SlaveFacts } from "../upload/slave-facts.js";
import { sendCallback } from "./send-callback.js";

/** What came of one attempt. `none`: there is nothing to say, or nothing any more. */
export type Delivery = "delivered" | "refused" | "none" | "failed" | "unreached";

/** Facts with somebody to tell. */
type PendingFacts = SlaveFacts & { readonly callback: NonNullable<SlaveFacts["callback"]> };

/** The part of the engine that one delivery needs. */
export type TellingUploads = Pick<Uploads, "session" | "setWire">;

/** What a delivery needs. */
export interface DeliveryContext extends Pick<Runtime, "clock" | "http" | "log"> {
  readonly signer: NodeSigner;
  readonly timeoutMs: number;
}

/** One attempt to tell the master of a completed upload. What came of it is durable where it is final. */
export async function deliverCallback(
  context: DeliveryContext,
  uploads: TellingUploads,
  id: string,
  options: CallOptions,
): Promise<Delivery> {
  const facts = pendingFacts(await find(uploads, id, options));
  if (facts === null) return "none";
  const { url } = facts.callback;
  const answer = await sendCallback(context, url, context.timeoutMs, options);
  context.log.debug({ sessionId: facts.sessionId, master: new URL(url).host, answer }, "a callback was sent");
  if (answer !== "delivered" && answer !== "refused") return answer;
  // The master may have named another URL meanwhile, which nobody has told.
  const now = pendingFacts(await find(uploads, id, options));
  if (now?.callback.url === url) await uploads.setWire(id, { ...now, callback: { url, state: answer } }, options);
  if (answer === "refused")
    context.log.warn(
      { sessionId: facts.sessionId, master: new URL(url).host },
      "the master refused a callback for good",
    );
  return answer;
}

/** The facts of a completed upload whose callback is still to be delivered; else `null`. */
export function pendingFacts(session: SessionView | null): PendingFacts | null {
  const facts = session?.state === "completed" ? readSlaveFacts(session) : null;
  return facts?.callback?.state === "pending" ? { ...facts, callback: facts.callback } : null;
}

/** `null`: its tombstone has ended. */
async function find(uploads: TellingUploads, id: string, options: CallOptions): Promise<SessionView | null> {
  try {
    return await uploads.session(id, options);
  } catch (error) {
    if (isUploadError(error) && error.code === "SESSION_NOT_FOUND") return null;
    throw error;
  }
}
