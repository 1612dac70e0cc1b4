import { expect, test } from "@jest/globals";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { forkS3Simulator } from "@stowage/servers";
import { chunkIndices, openUpload } from "../src/cloudreve-client.js";
import { onCrashSite } from "../src/crash-site.js";
import { forgetPeak, peakResidentBytes, residentBytes } from "../src/process-memory.js";
import { writeConfig } from "../src/s3/write-config.js";
import { sendChunks } from "../src/send-chunks.js";
import { mib, sizeOf } from "../src/size.js";
import { sourceFile } from "../src/source-file.js";

/** The budget for all bodies together, and as much as a disk takes. */
const allowedGrowth = 64 * mib;
const size = sizeOf({ normal: 16 * mib, extended: 64 * mib });
const uploads = 16;
/** Of the database, which has a row for each chunk. */
const allowedFiles = 8 * mib;

// Peak memory is read from /proc, which only Linux has.
const onLinux = process.platform === "linux" ? test : test.skip;

onLinux(
  `${uploads} uploads at once into a bucket: the memory of the gateway stays small, and its disk empty`,
  async () => {
    const simulator = await forkS3Simulator();
    try {
      await onCrashSite(async ({ start, data, chance }) => {
        const gateway = await start(await writeConfig(data.path, simulator));
        const uploadAll = async (round: string, bytes: number): Promise<void> => {
          const source = sourceFile(chance.seed, bytes);
          const upload = async (number: number): Promise<void> => {
            const opened = await openUpload(gateway.url, `${round}-${number}.bin`, bytes);
            const indices = chunkIndices(opened);
            const report = await sendChunks(gateway.url, opened, { source, indices, parallel: 1 });
            expect(report).toEqual({ broken: [], refused: [] });
          };
          await Promise.all(Array.from({ length: uploads }, (_, number) => upload(number)));
        };
        await uploadAll("warm-up", 9 * mib);
        await forgetPeak(gateway.pid);
        const before = await residentBytes(gateway.pid);
        await uploadAll("at-once", size);
        expect((await peakResidentBytes(gateway.pid)) - before).toBeLessThan(allowedGrowth);
        expect(await bytesIn(data.path)).toBeLessThan(allowedFiles);
        const { objects, uploads: open } = await simulator.leftovers();
        expect(objects.filter((object) => object.size === size)).toHaveLength(uploads);
        expect(open).toEqual([]);
      });
    } finally {
      await simulator.close();
    }
  },
  300_000,
);

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, one) => sum + one, 0);
}
