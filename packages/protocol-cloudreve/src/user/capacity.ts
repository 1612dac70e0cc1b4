import type { OwnCall } from "../call.js";
import { done } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";

/** `GET /user/capacity`: unfinished uploads count as used from their first moment, as they do to Cloudreve. */
export async function capacity({ engine, options }: OwnCall): Promise<Outcome> {
  const { limit, reserved, stored } = await engine.usage(options);
  return done({ total: Math.min(limit, Number.MAX_SAFE_INTEGER), used: reserved + stored });
}
