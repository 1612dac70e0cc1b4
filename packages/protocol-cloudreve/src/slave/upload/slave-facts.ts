import type { SessionView } from "@stowage/core";
import { z } from "zod";

/** `Protocol.name`, and `protocol` of a master's sessions. */
export const slaveProtocol = "cloudreve-slave";

const slaveFacts = z.object({
  /** The session's id as the master knows it. */
  sessionId: z.string(),
  /** 0: one chunk. */
  chunkSize: z.int().min(0),
  /** The last chunk does not complete it; the master will. Not once there is a callback. */
  waits: z.boolean(),
  /** Whom to tell when all is there, which is a secret; `null`: nobody. */
  callback: z
    .object({
      url: z.string(),
      /** `refused`: the master said that it never will take it. */
      state: z.enum(["pending", "delivered", "refused"]),
    })
    .nullable(),
});

/** What a node keeps in a session's `wire`. */
export type SlaveFacts = z.output<typeof slaveFacts>;

/** `null`: another front-end made the session. */
export function readSlaveFacts({ protocol, wire }: Pick<SessionView, "protocol" | "wire">): SlaveFacts | null {
  if (protocol !== slaveProtocol) return null;
  const facts = slaveFacts.safeParse(wire);
  return facts.success ? facts.data : null;
}
