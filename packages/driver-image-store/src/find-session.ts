import type { ByteRange, CallOptions } from "@stowage/core";
import { z } from "zod";
import { refusalOf } from "./errors.js";
import type { UploadContext } from "./upload-context.js";

const position = z
  .string()
  .regex(/^\d{1,16}$/)
  .transform(Number);
const answer = z.object({
  UploadSessions: z.array(
    z.object({
      SessionId: z.string(),
      ExpectedRanges: z.array(z.object({ StartPosition: position, EndPosition: position })),
    }),
  ),
});

/** An upload session as the server has it. */
export interface FoundSession {
  /** What it still expects, in order. */
  readonly missing: readonly ByteRange[];
}

/** The upload's session; `null` where the server has none: not begun, committed, given up, or forgotten. */
export async function findSession(
  { api, session }: Pick<UploadContext, "api" | "session">,
  options: CallOptions,
): Promise<FoundSession | null> {
  const reply = await api({ method: "GET", operation: "GetUploadSession", session }, options);
  // Microsoft's gateway says 204 where there is none.
  if (reply.status === 204 || reply.status === 404) return null;
  const parsed = answer.safeParse(reply.data);
  if (reply.status !== 200 || !parsed.success) throw refusalOf(reply, "GetUploadSession");
  const found = parsed.data.UploadSessions.find(({ SessionId }) => SessionId.toLowerCase() === session);
  if (found === undefined) return null;
  const missing = found.ExpectedRanges.map(({ StartPosition, EndPosition }) => ({
    start: StartPosition,
    end: EndPosition + 1,
  }));
  return { missing: missing.toSorted((a, b) => a.start - b.start) };
}
