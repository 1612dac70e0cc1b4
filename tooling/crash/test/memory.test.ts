import { expect, test } from "@jest/globals";
import { chunkIndices, openUpload } from "../src/cloudreve-client.js";
import { onCrashSite } from "../src/crash-site.js";
import type { GatewayProcess } from "../src/gateway-process.js";
import { forgetPeak, peakResidentBytes, residentBytes } from "../src/process-memory.js";
import { sendChunk } from "../src/send-chunk.js";
import { sendChunks } from "../src/send-chunks.js";
import { mib, sizeOf } from "../src/size.js";
import { sourceFile } from "../src/source-file.js";

const allowedGrowth = 64 * mib;
const size = sizeOf({ normal: 8 * mib, extended: 64 * mib });
const slowClients = 200;

// Peak memory is read from /proc, which only Linux has.
const onLinux = process.platform === "linux" ? test : test.skip;

onLinux(
  "16 uploads at once: the memory of the gateway stays small",
  async () => {
    await onCrashSite(async ({ start, chance }) => {
      const gateway = await start();
      const source = sourceFile(chance.seed, size);
      await warmUp(gateway);
      const growth = await growthDuring(gateway, async () => {
        const upload = async (number: number): Promise<void> => {
          const opened = await openUpload(gateway.url, `at-once-${number}.bin`, size);
          const report = await sendChunks(gateway.url, opened, { source, indices: chunkIndices(opened), parallel: 1 });
          expect(report).toEqual({ broken: [], refused: [] });
        };
        await Promise.all(Array.from({ length: 16 }, (_, number) => upload(number)));
      });
      expect(growth).toBeLessThan(allowedGrowth);
    });
  },
  300_000,
);

onLinux(
  "200 slow clients: the memory of the gateway stays small",
  async () => {
    await onCrashSite(async ({ start, chance }) => {
      const gateway = await start();
      const source = sourceFile(chance.seed, sizeOf({ normal: mib / 4, extended: mib }));
      await warmUp(gateway);
      const body = source.read(0, source.size);
      const growth = await growthDuring(gateway, async () => {
        const upload = async (number: number): Promise<void> => {
          const opened = await openUpload(gateway.url, `slow-${number}.bin`, source.size);
          const reply = await sendChunk(gateway.url, opened, 0, body, { pieceSize: 16 * 1024, restMs: 40 });
          expect(reply.code).toBe(0);
        };
        await Promise.all(Array.from({ length: slowClients }, (_, number) => upload(number)));
      });
      expect(growth).toBeLessThan(allowedGrowth);
    });
  },
  300_000,
);

/** Any first load makes V8 compile and its heap grow to a working size, once: that is no growth with the load. */
async function warmUp({ url }: GatewayProcess): Promise<void> {
  const source = sourceFile("warm-up", mib);
  const uploadSome = async (worker: number): Promise<void> => {
    for (let number = 0; number < 20; number += 1) {
      const opened = await openUpload(url, `warm-up-${worker}-${number}.bin`, source.size);
      const report = await sendChunks(url, opened, { source, indices: chunkIndices(opened), parallel: 1 });
      expect(report).toEqual({ broken: [], refused: [] });
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, worker) => uploadSome(worker)));
}

/** Bytes that the peak lies above what was resident before. */
async function growthDuring({ pid }: GatewayProcess, load: () => Promise<void>): Promise<number> {
  await forgetPeak(pid);
  const before = await residentBytes(pid);
  await load();
  return (await peakResidentBytes(pid)) - before;
}
