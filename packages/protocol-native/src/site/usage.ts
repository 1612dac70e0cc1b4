import type { Call } from "../call.js";
import type { UsageAnswer } from "../wire/answers.js";
import { done } from "../wire/outcome.js";
import type { Outcome } from "../wire/outcome.js";

/** `GET /usage`: unfinished uploads count from their first moment. */
export async function usage({ engine, options }: Call): Promise<Outcome> {
  const { reserved, stored, limit } = await engine.usage(options);
  return done({ reserved, stored, limit: limit >= Number.MAX_SAFE_INTEGER ? null : limit } satisfies UsageAnswer);
}
