import { expect, test } from "@jest/globals";
import { askProgress, chunkIndices, openUpload } from "../src/cloudreve-client.js";
import { goOn } from "../src/remote/go-on.js";
import { chunkOf, openAtNode, sendToNode } from "../src/remote/node-client.js";
import { onNetwork } from "../src/remote/on-network.js";
import { expectListedOnce, expectStored } from "../src/remote/stored-once.js";
import { until } from "../src/remote/until.js";
import { isExtended, mib } from "../src/size.js";
import { sourceFile } from "../src/source-file.js";
import { sendChunks } from "../src/send-chunks.js";

const size = 3 * mib;

test("a node that is killed gets no new uploads, and goes on with those that it has when it is back", async () => {
  await onNetwork({}, async (network) => {
    const { master, near, chance } = network;
    const source = sourceFile(chance.seed, size);
    const begun = await openAtNode(master.line.endpoint, "/any/begun.bin", size);
    expect(await sendToNode(begun, 0, chunkOf(source, begun, 0))).toMatchObject({ code: 0 });
    await near.kill();

    await until("new uploads go to the disk", async () => {
      const opened = await openUpload(master.url, "any/instead.bin", size).catch(() => null);
      if (opened === null) return false;
      const report = await sendChunks(master.url, opened, { source, indices: chunkIndices(opened), parallel: 2 });
      expect(report).toEqual({ broken: [], refused: [] });
      return true;
    });
    await expectListedOnce(master, "/any/instead.bin", source);
    await expectStored(master, [size]);

    await near.start();
    expect(await askProgress(master.url, begun)).toMatchObject({ state: "open", missingChunks: [1, 2] });
    await goOn({ url: master.url, upload: begun, source });
    await expectListedOnce(master, "/any/begun.bin", source);
    await expectStored(near, [size]);
  });
}, 90_000);

(isExtended ? test : test.skip)(
  `a node that is back gets new uploads again${isExtended ? "" : " (not run: STOWAGE_EXTENDED is not set)"}`,
  async () => {
    await onNetwork({}, async ({ master, near }) => {
      const goesToNode = (): Promise<boolean> =>
        openAtNode(master.line.endpoint, `/any/${crypto.randomUUID()}`, size).then(
          () => true,
          () => false,
        );
      expect(await goesToNode()).toBe(true);
      await near.kill();
      await until("new uploads go elsewhere", async () => !(await goesToNode()));
      await near.start();
      await until("new uploads go to the node again", goesToNode, 60_000);
    });
  },
  120_000,
);
