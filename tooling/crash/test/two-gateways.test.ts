import { expect, test } from "@jest/globals";
import { setTimeout as sleep } from "node:timers/promises";
import {
  askProgress,
  askUsedBytes,
  chunkIndices,
  chunkRange,
  downloadSha256,
  openUpload,
} from "../src/cloudreve-client.js";
import { onCrashSite } from "../src/crash-site.js";
import { beginChunk, sendChunk } from "../src/send-chunk.js";
import { sendChunks } from "../src/send-chunks.js";
import { mib, sizeOf } from "../src/size.js";
import { sourceFile } from "../src/source-file.js";

test("chunks that alternate between two gateways make one file", async () => {
  await onCrashSite(async ({ start, data, chance }) => {
    const gateways = await Promise.all([start(), start()]);
    const source = sourceFile(chance.seed, sizeOf({ normal: 64 * mib, extended: 512 * mib }));
    const upload = await openUpload(gateways[0].url, "alternating.bin", source.size);
    const indices = chance.shuffled(chunkIndices(upload));
    const reports = await Promise.all(
      gateways.map(({ url }, turn) =>
        sendChunks(url, upload, { source, indices: indices.filter((_, at) => at % 2 === turn), parallel: 2 }),
      ),
    );
    expect(reports).toEqual([
      { broken: [], refused: [] },
      { broken: [], refused: [] },
    ]);
    for (const { url } of gateways) {
      expect((await askProgress(url, upload)).state).toBe("completed");
      expect(await downloadSha256(url, upload)).toBe(source.sha256());
      expect(await askUsedBytes(url)).toBe(source.size);
    }
    expect(await data.objects()).toEqual([source.size]);
    expect(await data.leftovers()).toEqual([]);
  });
}, 300_000);

test("every chunk sent to two gateways at once is stored once", async () => {
  await onCrashSite(async ({ start, data, chance }) => {
    const gateways = await Promise.all([start(), start()]);
    const source = sourceFile(chance.seed, 24 * mib);
    const upload = await openUpload(gateways[0].url, "twice.bin", source.size);
    for (const index of chance.shuffled(chunkIndices(upload))) {
      const { start: from, end } = chunkRange(upload, index);
      const body = source.read(from, end);
      const replies = await Promise.all(gateways.map(({ url }) => sendChunk(url, upload, index, body)));
      // The older of two writers is told to come again, which finds the chunk there.
      for (const { code } of replies) expect([0, -1]).toContain(code);
      expect(await sendChunk(gateways[chance.below(2)]?.url ?? "", upload, index, body)).toMatchObject({ code: 0 });
    }
    expect(await downloadSha256(gateways[1].url, upload)).toBe(source.sha256());
    expect(await askUsedBytes(gateways[1].url)).toBe(source.size);
    expect(await data.objects()).toEqual([source.size]);
    expect(await data.leftovers()).toEqual([]);
  });
}, 120_000);

test("late bytes of a stopped gateway stay out of the chunk that another one took over", async () => {
  await onCrashSite(async ({ start, data, chance }) => {
    const [stopped, other] = await Promise.all([start(), start()]);
    const source = sourceFile(chance.seed, 24 * mib);
    const upload = await openUpload(stopped.url, "stopped.bin", source.size);
    const { start: from, end } = chunkRange(upload, 1);
    expect(await sendChunk(stopped.url, upload, 0, source.read(...whole(upload, 0)))).toMatchObject({ code: 0 });

    // Other bytes than those that will be right: wherever one of them lands, the file differs.
    const wrong = Buffer.alloc(end - from, 0xff);
    const before = await data.partBytes();
    const { outgoing, answered } = beginChunk(stopped.url, upload, 1, wrong.length);
    const late = answered.then(
      ({ code }) => code,
      () => null,
    );
    outgoing.write(wrong.subarray(0, wrong.length / 2));
    await until(async () => (await data.partBytes()) > before);
    stopped.signal("SIGSTOP");
    outgoing.end(wrong.subarray(wrong.length / 2));

    expect(await sendChunk(other.url, upload, 1, source.read(from, end))).toMatchObject({ code: 0 });
    stopped.signal("SIGCONT");
    expect(await late).not.toBe(0);
    expect(await askProgress(stopped.url, upload)).toMatchObject({ state: "open", missingChunks: [2] });

    expect(await sendChunks(stopped.url, upload, { source, indices: [2], parallel: 1 })).toMatchObject({ refused: [] });
    expect(await downloadSha256(other.url, upload)).toBe(source.sha256());
    expect(await data.objects()).toEqual([source.size]);
    expect(await data.leftovers()).toEqual([]);
    expect(stopped.isRunning()).toBe(true);
  });
}, 120_000);

function whole(upload: Parameters<typeof chunkRange>[0], index: number): [number, number] {
  const { start, end } = chunkRange(upload, index);
  return [start, end];
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await holds()) return;
    await sleep(25);
  }
  throw new Error("it did not come to pass within 5 s");
}
