import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Reply, askUsedBytes, chunkIndices, openUpload } from "../src/cloudreve-client.js";
import { uploadByCli } from "../src/remote/cli.js";
import { curlChunks, hasCurl } from "../src/remote/curl.js";
import type { Host } from "../src/remote/host.js";
import { chunkOf, type NodeUpload, openAtNode, sendToNode } from "../src/remote/node-client.js";
import { type Network, openNetwork, telling } from "../src/remote/on-network.js";
import { carriersOf, expectListedOnce, expectStored, isListed } from "../src/remote/stored-once.js";
import { sendChunks } from "../src/send-chunks.js";
import { mib, sizeOf } from "../src/size.js";
import { type SourceFile, sourceFile } from "../src/source-file.js";
import { until } from "../src/remote/until.js";

const size = sizeOf({ normal: 64 * mib, extended: 512 * mib }) + 12_345;
const parallel = 4;
const isCurlThere = await hasCurl();
/** Uploads to a path, and leaves the rest to whoever looks at what came of it. */
type Way = (network: Network, path: string, source: SourceFile) => Promise<unknown>;

/** Sends all chunks to the node, some at a time, in a random order; that of no chunk is refused. */
async function sendAll({ chance, master }: Network, path: string, source: SourceFile): Promise<NodeUpload> {
  const upload = await openAtNode(master.url, path, source.size);
  const waiting = chance.shuffled(chunkIndices(upload));
  const replies: Reply[] = [];
  const worker = async (): Promise<void> => {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift())
      replies.push(await sendToNode(upload, index, chunkOf(source, upload, index)));
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  expect(replies.map(({ code }) => code)).toEqual(chunkIndices(upload).map(() => 0));
  return upload;
}

const byCurl: Way = async ({ master }, path, source) => {
  const upload = await openAtNode(master.url, path, source.size);
  const replies = await curlChunks(upload, source);
  expect(replies.map(({ code }) => code)).toEqual(chunkIndices(upload).map(() => 0));
};

const uploadByCommand: Way = ({ master }, path, source) => uploadByCli(master, path, source);

const throughMaster: Way = async ({ master, chance }, path, source) => {
  const upload = await openUpload(master.url, path.slice(1), source.size);
  const indices = chance.shuffled(chunkIndices(upload));
  const report = await sendChunks(master.url, upload, { source, indices, parallel });
  expect(report).toEqual({ broken: [], refused: [] });
};

const toSecondNode: Way = async (network, path, source) => {
  const { nodeUrl } = await sendAll(network, path, source);
  expect(new URL(nodeUrl).origin).toBe(network.far.url);
};

interface Named {
  readonly name: string;
  readonly path: string;
  readonly way: Way;
}
const ways: readonly Named[] = [
  { name: "fetch, with URL and credential", path: "/direct/fetch.bin", way: sendAll },
  { name: "our own command", path: "/direct/command.bin", way: uploadByCommand },
  { name: "the master, which passes the bytes on", path: "/through/chunks.bin", way: throughMaster },
  { name: "fetch, where the rules choose the second node", path: "/far/second.bin", way: toSecondNode },
  { name: `curl${isCurlThere ? "" : " (not run: there is no curl)"}`, path: "/direct/curl.bin", way: byCurl },
];

let network: Network;
const stored = new Map<Host, number[]>();
beforeAll(async () => {
  network = await openNetwork({ chunkSize: 8 * mib, isBare: true, far: true });
  for (const host of [network.master, network.near, network.far]) stored.set(host, []);
}, 60_000);
afterAll(() => network.close());

for (const { name, path, way } of ways) {
  const isPossible = way !== byCurl || isCurlThere;
  (isPossible ? test : test.skip)(
    `${size} bytes to a node by ${name}: the same comes back from the master`,
    () =>
      telling(network, async () => {
        const { master, near, far, chance } = network;
        const source = sourceFile(`${chance.seed} ${path}`, size);
        await way(network, path, source);
        await until("listed", () => isListed(master, path));
        await expectListedOnce(master, path, source);
        expect(await carriersOf(master, path)).toEqual([path.startsWith("/through") ? "through" : "direct"]);
        stored.get(path.startsWith("/far") ? far : near)?.push(size);
        for (const [host, sizes] of stored) await expectStored(host, sizes);
        expect(await askUsedBytes(master.url)).toBe([...stored.values()].flat().length * size);
      }),
    600_000,
  );
}
