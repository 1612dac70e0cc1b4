import { mkdir, writeFile } from "node:fs/promises";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { type Flags, parseFlags } from "./flags.js";
import { loadClient } from "./load-client.js";
import type { Measurement } from "./measure.js";
import { markdownReport } from "./report.js";
import { runRounds } from "./run-rounds.js";
import type { Scenario } from "./scenarios.js";
import { type WorkFolder, workFolder } from "./work-folder.js";

const results = join(import.meta.dirname, "../results");
const gib = 1024 ** 3;

try {
  await bench(parseFlags(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

async function bench(flags: Flags): Promise<void> {
  const work = await workFolder(Math.max(...flags.scenarios.map(({ size }) => size), 16 * 1024 * 1024));
  // ^C ends servers by itself, for they are in our process group; the folder is ours to remove.
  process.once("SIGINT", () => void work.remove().finally(() => process.exit(130)));
  try {
    await measureAndReport(flags, work);
  } finally {
    await work.remove();
  }
}

async function measureAndReport(flags: Flags, work: WorkFolder): Promise<void> {
  const client = await loadClient(work.path, work.source);
  const facts = [
    ...machineFacts(),
    `${flags.rounds} rounds, interleaved`,
    `files in ${work.path}`,
    `client: ${client.name}`,
  ];
  process.stdout.write(`${facts.join("\n")}\n\n`);
  const measured = await runRounds({ ...flags, onMeasurement: progress }, work, client);
  const tables = markdownReport(facts, measured);
  const name = new Date().toISOString().replaceAll(":", "-");
  await mkdir(results, { recursive: true });
  await writeFile(join(results, `${name}.md`), tables);
  await writeFile(join(results, `${name}.json`), JSON.stringify({ facts, measured }, null, 1));
  process.stdout.write(`\n${tables}\nin ${join(results, name)}.md and .json\n`);
}

function machineFacts(): string[] {
  const [first] = cpus();
  const memory = Math.round(totalmem() / gib);
  return [
    `Node ${process.version}, ${process.platform} ${release()}`,
    `${cpus().length} × ${first?.model ?? "unknown processor"}, ${memory} GiB`,
  ];
}

function progress(round: number, { id, rate }: Scenario, one: Measurement): void {
  const cpu = one.cpuSeconds === null ? "" : `, ${one.cpuSeconds.toFixed(2)} CPU s`;
  const failed = one.failures > 0 ? `, ${one.failures} FAILED: ${one.firstFailure}` : "";
  process.stdout.write(`${round + 1} ${id} ${one.subject}: ${one.rate.toFixed(0)} ${rate}${cpu}${failed}\n`);
}
