import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { LoadClient } from "./load-client.js";
import { forgetPeaks, type ProcessCost, processCost } from "./process-cost.js";
import type { Scenario } from "./scenarios.js";
import { startServer } from "./server-process.js";
import type { Subject } from "./subjects.js";

/** One subject under one load, once. */
export interface Measurement {
  readonly subject: string;
  readonly seconds: number;
  /** In the unit of the scenario. */
  readonly rate: number;
  /** User and system time of the server's processes; `null` where the platform does not tell. */
  readonly cpuSeconds: number | null;
  readonly userSeconds: number | null;
  /** Most bytes in memory while the load lasted; `null` where the platform does not tell. */
  readonly peakResident: number | null;
  readonly requestMsMedian: number | null;
  readonly requestMs99: number | null;
  readonly failures: number;
  readonly firstFailure: string;
}

const mib = 1024 * 1024;
/** Code is compiled and buffers are there before the clock runs. */
const warmUps = [
  { size: 16 * mib, chunk: 8 * mib, count: 4, atOnce: 2 },
  { size: 16 * 1024, chunk: 8 * mib, count: 200, atOnce: 16 },
];

/** A new server with an empty folder, warmed up, measured under the load, ended. */
export async function measure(
  subject: Subject,
  scenario: Scenario,
  { client, folder }: { readonly client: LoadClient; readonly folder: string },
): Promise<Measurement> {
  const own = join(folder, "server");
  await mkdir(own);
  try {
    const server = await startServer(subject, own);
    try {
      const send = (
        load: Omit<Parameters<LoadClient["send"]>[0], "protocol" | "port">,
      ): ReturnType<LoadClient["send"]> => client.send({ ...load, protocol: subject.protocol, port: server.port });
      for (const load of warmUps) await send(load);
      await client.touchMemory(Math.ceil((scenario.size * scenario.count * 1.25) / mib));
      forgetPeaks(server.pid);
      const before = processCost(server.pid);
      const report = await send(scenario);
      return {
        subject: subject.name,
        ...report,
        ...rateOf(scenario, report),
        ...spent(before, processCost(server.pid)),
      };
    } finally {
      await server.stop();
    }
  } finally {
    await rm(own, { recursive: true, force: true, maxRetries: 3 });
  }
}

function rateOf(
  { rate }: Scenario,
  { bytes, uploads, seconds }: { readonly bytes: number; readonly uploads: number; readonly seconds: number },
): { readonly rate: number } {
  return { rate: rate === "MiB/s" ? bytes / mib / seconds : uploads / seconds };
}

function spent(
  before: ProcessCost | null,
  after: ProcessCost | null,
): Pick<Measurement, "cpuSeconds" | "userSeconds" | "peakResident"> {
  if (before === null || after === null) return { cpuSeconds: null, userSeconds: null, peakResident: null };
  const userSeconds = after.userSeconds - before.userSeconds;
  const cpuSeconds = userSeconds + after.systemSeconds - before.systemSeconds;
  return { cpuSeconds, userSeconds, peakResident: after.peakResident };
}
