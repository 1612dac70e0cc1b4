import type { slaveCompleted } from "@stowage/cloudreve-wire";
import type { z } from "zod";
import { done } from "../../wire/envelope.js";
import type { Outcome } from "../../wire/envelope.js";
import type { SlaveCall } from "../slave-call.js";
import { nodeSessionId } from "./node-session-id.js";
import { crc32Of } from "./session-status.js";

/** `POST /slave/upload/{sessionId}/complete`: a master that waits for no callback says that all is there. Ours; idempotent. */
export async function completeSession({ engine, settings, parts, options }: SlaveCall): Promise<Outcome> {
  const { size, checksum } = await engine.complete(await nodeSessionId(settings.owner, parts[0] ?? ""), options);
  return done({ size, crc32: crc32Of(checksum) } satisfies z.output<typeof slaveCompleted>);
}
