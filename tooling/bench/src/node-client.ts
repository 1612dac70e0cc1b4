import type { LoadReport } from "./load-client.js";
import { connection } from "./node-client/connection.js";
import { parseFlags } from "./node-client/flags.js";
import { uploads } from "./node-client/upload.js";

// What load.c does, for machines without a C compiler: the same flags, the same line of JSON.
const flags = parseFlags(process.argv.slice(2));
const line = connection(flags.port, flags.source);
const upload = uploads[flags.protocol];
const failures: string[] = [];
let next = 0;

async function work(): Promise<void> {
  for (let number = next++; number < flags.count; number = next++) {
    await upload(line, flags, number).catch((error: unknown) => failures.push(String(error)));
  }
}

const startedAt = performance.now();
await Promise.all(Array.from({ length: flags.atOnce }, work));
const seconds = (performance.now() - startedAt) / 1000;
line.close();

const sorted = line.latenciesMs.toSorted((a, b) => a - b);
const percentile = (share: number): number => sorted[Math.round((sorted.length - 1) * share)] ?? 0;
const { user, system } = process.cpuUsage();
const report: LoadReport = {
  seconds,
  bytes: line.bytes,
  uploads: flags.count - failures.length,
  failures: failures.length,
  requests: sorted.length,
  requestMsMedian: percentile(0.5),
  requestMs99: percentile(0.99),
  clientCpuSeconds: (user + system) / 1e6,
  firstFailure: failures[0] ?? "",
};
process.stdout.write(`${JSON.stringify(report)}\n`);
