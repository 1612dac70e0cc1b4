import type { SessionView } from "@stowage/core";
import { z } from "zod";
import { policyTypes } from "../direct/policy-type.js";
import type { PolicyType } from "../direct/policy-type.js";

const wireFacts = z.object({
  /** The client's own spelling of the URI. */
  uri: z.string(),
  /** `X-Cr-Purchase-Ticket`, for the `beforeCreate` hook; `null` without one. */
  purchaseTicket: z.string().nullable(),
  /** How the client will upload, going by the policy that it named. */
  form: z.enum(policyTypes).default("local"),
});
/** What this front-end keeps in a session's `wire`. A hook finds it in `CreateUpload.wire`. */
export type WireFacts = z.output<typeof wireFacts>;

/** The facts of a new session. */
export function makeWireFacts(uri: string, purchaseTicket: string | undefined, form: PolicyType = "local"): WireFacts {
  return { uri, purchaseTicket: purchaseTicket?.slice(0, 255) ?? null, form };
}

/** `null`: another front-end made the session. */
export function readWireFacts({ protocol, wire }: Pick<SessionView, "protocol" | "wire">): WireFacts | null {
  if (protocol !== "cloudreve") return null;
  const facts = wireFacts.safeParse(wire);
  return facts.success ? facts.data : null;
}
