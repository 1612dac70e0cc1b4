import { exitCodes } from "../exit-code.js";
import type { GatewayFlags } from "../options.js";
import type { Output } from "../output.js";
import { gatewayConfig } from "./load-gateway.js";

/** One sweep of a gateway's store and backends. Returns the exit code: what could not be cleaned up is a failure. */
export async function sweepGateway(flags: GatewayFlags, output: Output): Promise<number> {
  const { openEngine, stderrLog } = await import("@stowage/gateway");
  const config = await gatewayConfig(flags);
  // Without sweeps of its own, so that the report is of all that was done.
  const { engine } = await openEngine(config, { log: stderrLog(config.log), timing: { sweepEveryMs: 0 } });
  try {
    const report = await engine.sweep();
    const { aborted, completed, collected, failed } = report;
    output.either(
      `${aborted} ended, ${completed} finished, ${collected} objects removed, ${failed} left for the next sweep`,
      { event: "swept", ...report },
    );
    return failed > 0 ? exitCodes.failed : exitCodes.done;
  } finally {
    await engine.close();
  }
}
