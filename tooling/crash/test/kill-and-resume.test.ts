import { expect, test } from "@jest/globals";
import {
  askProgress,
  askUsedBytes,
  chunkIndices,
  chunkRange,
  downloadSha256,
  openUpload,
  type OpenedUpload,
} from "../src/cloudreve-client.js";
import { onCrashSite } from "../src/crash-site.js";
import type { GatewayProcess } from "../src/gateway-process.js";
import { sendChunks } from "../src/send-chunks.js";
import { mib, sizeOf } from "../src/size.js";
import { sourceFile } from "../src/source-file.js";

const size = sizeOf({ normal: 96 * mib, extended: 1024 * mib }) + 12_345;
const kills = 5;
const parallel = 4;

test(`an upload of ${size} bytes outlives ${kills} kills and comes out as it went in`, async () => {
  await onCrashSite(async ({ start, data, chance }) => {
    const source = sourceFile(chance.seed, size);
    const acknowledged = new Set<number>();
    const onAcknowledged = (index: number): void => void acknowledged.add(index);
    let gateway = await start();
    const upload = await openUpload(gateway.url, "large.bin", size);
    expect(chunkIndices(upload).length).toBeGreaterThan(2 * parallel);

    for (let left = kills; left > 0; left -= 1) {
      const missing = await askMissing(gateway, upload, acknowledged);
      // An even share of what is left, on average, so that all kills come before the end.
      let fuse = 1 + chance.below(Math.min(bytesOf(upload, missing), (2 * bytesOf(upload, missing)) / left) - 1);
      const onPiece = (bytes: number): void => {
        fuse -= bytes;
        if (fuse <= 0) gateway.signal("SIGKILL");
      };
      const report = await sendChunks(gateway.url, upload, {
        source,
        indices: chance.shuffled(missing),
        parallel,
        onPiece,
        onAcknowledged,
      });
      expect(await gateway.exited).toBeNull();
      expect(report.refused).toEqual([]);
      expect(report.broken.length).toBeGreaterThan(0);
      gateway = await start();
    }

    const indices = chance.shuffled(await askMissing(gateway, upload, acknowledged));
    const report = await sendChunks(gateway.url, upload, { source, indices, parallel, onAcknowledged });
    expect(report).toEqual({ broken: [], refused: [] });
    expect((await askProgress(gateway.url, upload)).state).toBe("completed");
    expect(await downloadSha256(gateway.url, upload)).toBe(source.sha256());
    expect(await data.objects()).toEqual([size]);
    expect(await data.leftovers()).toEqual([]);
    expect(await askUsedBytes(gateway.url)).toBe(size);
  });
}, 600_000);

/** What the gateway asks for; fails where that was acknowledged before, or where it counts less than it acknowledged. */
async function askMissing(
  gateway: GatewayProcess,
  upload: OpenedUpload,
  acknowledged: ReadonlySet<number>,
): Promise<readonly number[]> {
  const { state, received, missingChunks } = await askProgress(gateway.url, upload);
  expect(state).toBe("open");
  expect(missingChunks.filter((index) => acknowledged.has(index))).toEqual([]);
  expect(received).toBeGreaterThanOrEqual(bytesOf(upload, [...acknowledged]));
  return missingChunks;
}

function bytesOf(upload: OpenedUpload, indices: readonly number[]): number {
  const lengths = indices.map((index) => chunkRange(upload, index)).map(({ start, end }) => end - start);
  return lengths.reduce((sum, length) => sum + length, 0);
}
