import { expect, test } from "@jest/globals";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { askProgress, chunkRange, downloadSha256, openUpload, type OpenedUpload } from "../src/cloudreve-client.js";
import { onCrashSite } from "../src/crash-site.js";
import { sendChunk } from "../src/send-chunk.js";
import { sendChunks } from "../src/send-chunks.js";
import { mib, sizeOf } from "../src/size.js";
import { sourceFile } from "../src/source-file.js";

const disconnects = sizeOf({ normal: 60, extended: 600 });

test(`${disconnects} clients that hang up in the middle leave the gateway as it was`, async () => {
  await onCrashSite(async ({ start, data, chance }) => {
    const gateway = await start();
    const source = sourceFile(chance.seed, 10 * mib);
    const upload = await openUpload(gateway.url, "interrupted.bin", source.size);
    const { start: from, end } = chunkRange(upload, 0);
    const body = source.read(from, end);

    const hangUps = Array.from({ length: disconnects }, () => ({
      bytes: chance.below(body.length),
      reset: chance.below(2) === 0,
      restMs: chance.below(20),
    }));
    for (let at = 0; at < hangUps.length; at += 6) {
      await Promise.all(hangUps.slice(at, at + 6).map((hangUp) => sendAndHangUp(gateway.url, upload, body, hangUp)));
    }
    expect(gateway.isRunning()).toBe(true);
    expect(gateway.complaints()).not.toMatch(/uncaught|unhandled|a front-end failed/i);
    expect(await askProgress(gateway.url, upload)).toMatchObject({ state: "open", missingChunks: [0, 1] });

    // A broken client's own claim may still be settling when it comes again, and -1 means just that.
    let reply = await sendChunk(gateway.url, upload, 0, body);
    for (let tries = 0; tries < 5 && reply.code === -1; tries += 1) {
      await sleep(200);
      reply = await sendChunk(gateway.url, upload, 0, body);
    }
    expect(reply.code).toBe(0);
    expect(await sendChunks(gateway.url, upload, { source, indices: [1], parallel: 1 })).toEqual({
      broken: [],
      refused: [],
    });
    expect(await downloadSha256(gateway.url, upload)).toBe(source.sha256());
    expect(await data.leftovers()).toEqual([]);
  });
}, 120_000);

/** As curl does when somebody presses ^C: announces the whole chunk, sends `bytes` of it and goes. */
async function sendAndHangUp(
  url: string,
  { id }: OpenedUpload,
  body: Buffer,
  { bytes, reset, restMs }: { readonly bytes: number; readonly reset: boolean; readonly restMs: number },
): Promise<void> {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  const gone = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  // The gateway may hang up first, on the writer that a newer one replaces.
  socket.on("error", () => {}).resume();
  socket.write(`POST /api/v4/file/upload/${id}/0 HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${body.length}\r\n\r\n`);
  await Promise.race([new Promise((resolve) => socket.write(body.subarray(0, bytes), resolve)), gone]);
  await sleep(restMs);
  if (reset) socket.resetAndDestroy();
  else socket.destroy();
  await gone;
}
