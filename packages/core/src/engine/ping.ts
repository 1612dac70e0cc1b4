import type { EngineContext } from "./context.js";
import type { ResolvedPolicy } from "./policies.js";
import { timely } from "./timely.js";

/** Asks every driver that can tell whether its backend is up, at once and then again and again, until the engine closes. */
export async function pingForEver(context: EngineContext): Promise<void> {
  const { closing, runtime, timing } = context;
  const asked = [...context.policies.values()].filter(({ driver }) => driver.ping !== undefined);
  if (timing.pingEveryMs === 0 || asked.length === 0) return;
  while (!closing.aborted) {
    await Promise.all(asked.map((policy) => ping(context, policy)));
    // Spread, so that many gateways do not ask one backend in step.
    await runtime.clock.sleep(timing.pingEveryMs * (0.75 + Math.random() / 2), closing);
  }
}

async function ping(context: EngineContext, { id, driver }: ResolvedPolicy): Promise<void> {
  const { closing, health, runtime, timing } = context;
  const wasUp = health.isUp(id);
  try {
    await timely(context, async (timed) => driver.ping?.(timed), { signal: closing }, timing.pingEveryMs);
    health.up(id);
    if (!wasUp) runtime.log.info({ policyId: id, driver: driver.name }, "the backend is up again");
  } catch (error) {
    if (closing.aborted) return;
    health.down(id);
    if (wasUp) runtime.log.warn({ policyId: id, driver: driver.name, error: String(error) }, "the backend is down");
  }
}
