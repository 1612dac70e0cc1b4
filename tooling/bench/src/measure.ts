import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type ForkedS3Simulator, forkS3Simulator } from "@stowage/servers";
import { watchFolder } from "./folder-watch.js";
import type { Load, LoadClient, LoadReport } from "./load-client.js";
import { forgetPeaks, type ProcessCost, processCost } from "./process-cost.js";
import type { Scenario } from "./scenarios.js";
import { type ServerProcess, startServer } from "./server-process.js";
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
  /** Most bytes in its folder while the load lasted, temporary files among them. */
  readonly peakFiles: number | null;
  /** Of the load, by operation; `null` where there is no bucket. */
  readonly s3Calls: Readonly<Record<string, number>> | null;
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

/** A new server with an empty folder, or an empty bucket, warmed up, measured under the load, ended. */
export async function measure(subject: Subject, scenario: Scenario, { client, folder }: Place): Promise<Measurement> {
  const own = join(folder, "server");
  await mkdir(own);
  // Entity tags that cost nothing, in a process of its own: the server in the middle is measured, not the bucket.
  const bucket = subject.backend === "s3" ? await forkS3Simulator({ etag: "cheap", folder }) : null;
  try {
    const server = await startServer(subject, own, bucket);
    try {
      return await measureServer(subject, scenario, { client, folder: own, server, bucket });
    } finally {
      await server.stop();
    }
  } finally {
    await bucket?.close();
    await rm(own, { recursive: true, force: true, maxRetries: 3 });
  }
}

interface Place {
  readonly client: LoadClient;
  readonly folder: string;
}

interface Running extends Place {
  readonly server: ServerProcess;
  readonly bucket: ForkedS3Simulator | null;
}

async function measureServer(
  { name, protocol, wholeBodies = false }: Subject,
  scenario: Scenario,
  { client, folder, server, bucket }: Running,
): Promise<Measurement> {
  const { port, openPort } = server;
  const send = (load: Omit<Load, "protocol" | "port" | "openPort">): Promise<LoadReport> =>
    client.send({ ...load, ...(wholeBodies ? { chunk: load.size } : {}), protocol, port, openPort });
  for (const load of warmUps) await send(load);
  await client.touchMemory(Math.ceil((scenario.size * scenario.count * 1.25) / mib));
  await bucket?.forgetCalls();
  const files = watchFolder(folder);
  forgetPeaks(server.pid);
  const before = processCost(server.pid);
  const report = await send(scenario);
  const cost = spent(before, processCost(server.pid));
  const s3Calls = (await bucket?.calls()) ?? null;
  return { subject: name, ...report, ...rateOf(scenario, report), ...cost, peakFiles: files.stop(), s3Calls };
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
