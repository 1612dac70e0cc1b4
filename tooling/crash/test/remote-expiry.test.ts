import { expect, test } from "@jest/globals";
import { setTimeout as sleep } from "node:timers/promises";
import { sweep } from "../src/remote/cli.js";
import { chunkOf, openAtNode, sendToNode } from "../src/remote/node-client.js";
import { type Network, onNetwork } from "../src/remote/on-network.js";
import { expectStored, listFiles } from "../src/remote/stored-once.js";
import { mib } from "../src/size.js";
import { sourceFile } from "../src/source-file.js";

const size = 2 * mib;
const lifeMs = 3000;
const session = { ttl: "2s", maxLife: "3s", tombstone: "1s" };
const plan = { session, nodeSession: session };

/** An upload of which these chunks are sent, and no more. */
async function begin({ master, chance }: Network, path: string, indices: readonly number[]): Promise<void> {
  const source = sourceFile(chance.seed, size);
  const upload = await openAtNode(master.line.endpoint, path, size);
  for (const index of indices)
    expect(await sendToNode(upload, index, chunkOf(source, upload, index))).toMatchObject({ code: 0 });
}

test("an upload that nobody finishes is given up by its master, and nothing of it stays at the node", async () => {
  await onNetwork(plan, async (network) => {
    const { master, near } = network;
    await begin(network, "/direct/left.bin", [0]);
    expect(await near.data.leftovers()).toHaveLength(1);
    await sleep(lifeMs);
    await sweep(master);
    await expectStored(near, []);
    expect(await listFiles(master, "/direct")).toEqual([]);
  });
}, 60_000);

test("a node whose master is away gives up what is not whole; what is whole goes when the master comes too late", async () => {
  await onNetwork(plan, async (network) => {
    const { master, near } = network;
    master.line.setRules([{ contains: "/callback/", effect: { kind: "answer", status: 503, code: "Down" } }]);
    await begin(network, "/direct/left.bin", [0]);
    await begin(network, "/direct/whole.bin", [0, 1]);
    await master.kill();
    expect(await near.data.leftovers()).toHaveLength(1);
    // The node has forgotten both uploads after that, and only the file is left.
    await sleep(lifeMs + 1500);
    await sweep(near);
    await expectStored(near, [size]);
    await master.start();
    await sweep(master);
    expect(await listFiles(master, "/direct")).toEqual([]);
    // A file that was removed is garbage until the node's next look.
    await sweep(near);
    await expectStored(near, []);
  });
}, 60_000);
