import type { HttpAnswer } from "@stowage/core/http";
import { z } from "zod";

/** Every failure's body: both keys are always there, as the stock client looks for them. */
export const fabricError = z.object({ Error: z.object({ Code: z.string(), Message: z.string() }) });

/** A failure as clients read it. */
export type FabricError = z.output<typeof fabricError>;

/** A failure and how it is sent. */
export interface FabricFailure {
  readonly status: number;
  /** `FABRIC_E_…` or `E_…`. */
  readonly code: string;
  /** Holds nothing that the client did not send or may not know. */
  readonly message: string;
  readonly retryAfterMs?: number;
  /** The core's own code, for clients of ours: the fabric's codes are coarser. */
  readonly cause?: string;
}

/** The answer to a request that failed. */
export function printFabricError(
  { status, code, message, retryAfterMs, cause }: FabricFailure,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  return {
    status,
    headers: {
      "content-type": "application/json",
      "cache-control": "no-store",
      ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
      ...(retryAfterMs === undefined ? {} : { "retry-after": String(Math.max(1, Math.ceil(retryAfterMs / 1000))) }),
      ...(cause === undefined ? {} : { "stowage-code": cause }),
      ...headers,
    },
    body: JSON.stringify({ Error: { Code: code, Message: message } } satisfies FabricError),
  };
}
