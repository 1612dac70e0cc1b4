import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { setTimeout as sleep } from "node:timers/promises";
import { type OpenedUpload, openUpload } from "../src/cloudreve-client.js";
import { goOn } from "../src/remote/go-on.js";
import { moments } from "../src/remote/moments.js";
import { openAtNode } from "../src/remote/node-client.js";
import { type Network, openNetwork, telling } from "../src/remote/on-network.js";
import { carriersOf, expectListedOnce, expectStored } from "../src/remote/stored-once.js";
import { isExtended, mib, sizeOf } from "../src/size.js";
import { type SourceFile, sourceFile } from "../src/source-file.js";

const size = 3 * mib + 12_345;
const rounds = sizeOf({ normal: 2, extended: 40 });

let network: Network;
/** Of all uploads so far. */
const sizes: number[] = [];
beforeAll(async () => {
  network = await openNetwork({});
}, 60_000);
afterAll(() => network.close());

type Victims = readonly ("master" | "near")[];
const victims: readonly (readonly [string, Victims])[] = [
  ["the node", ["near"]],
  ["the master", ["master"]],
  ["both", ["master", "near"]],
];
/** For every day: each moment, and each who dies, several times; the others with `STOWAGE_EXTENDED=1`. */
const everyDay = [[0, 2], [1, 2], [0, 2], [1], [2]];
const cases = moments.flatMap((moment, at) =>
  victims.map(([who, hosts], number) => ({ moment, who, hosts, runs: isExtended || everyDay[at]?.includes(number) })),
);

for (const { moment, who, hosts, runs = false } of cases)
  (runs ? test : test.skip)(
    `kill -9 of ${who} ${moment.name}: the upload is done, once${runs ? "" : " (not run: STOWAGE_EXTENDED is not set)"}`,
    () =>
      telling(network, async () => {
        const { master, chance } = network;
        const path = `/direct/${moment.name} ${who}.bin`;
        const source = sourceFile(`${chance.seed} ${path}`, size);
        const upload = await openAtNode(master.line.endpoint, path, size);
        await moment.reach(network, upload, source);
        await kill(hosts);
        await restart(hosts);
        await goOn({ url: master.url, upload, source });
        await expectDone(path, source);
      }),
    120_000,
  );

test(
  `${rounds} uploads, straight and through the master, outlive kills at random moments, each once`,
  () =>
    telling(network, async () => {
      const { chance } = network;
      for (let round = 0; round < rounds; round += 1) {
        const isDirect = round % 2 === 0;
        const path = `/${isDirect ? "direct" : "through"}/random ${round}.bin`;
        const source = sourceFile(`${chance.seed} ${path}`, size + chance.below(4 * mib));
        await outliveKills(path, source, isDirect);
        await expectDone(path, source);
      }
    }),
  1_200_000,
);

/** At least one of them is killed, once or several times, while the upload goes on. */
async function outliveKills(path: string, source: SourceFile, isDirect: boolean): Promise<void> {
  const { master, near, chance } = network;
  near.line.setRules([{ contains: "/slave/upload", effect: { kind: "throttle", bytesPerSecond: 8 * mib } }]);
  const upload: OpenedUpload = isDirect
    ? await openAtNode(master.line.endpoint, path, source.size)
    : await openUpload(master.line.endpoint, path.slice(1), source.size);
  const going = goOn({ url: master.url, upload, source });
  const killing = async (): Promise<void> => {
    for (let left = 1 + chance.below(3); left > 0; left -= 1) {
      await sleep(chance.below(900));
      const [, hosts = []] = victims[chance.below(victims.length)] ?? [];
      await kill(hosts);
      await restart(hosts);
    }
  };
  await Promise.all([going, killing()]);
}

async function kill(hosts: Victims): Promise<void> {
  await Promise.all(hosts.map((host) => network[host].kill()));
}

/** The lines are good again, too. */
async function restart(hosts: Victims): Promise<void> {
  for (const host of [network.master, network.near]) host.line.setRules([]);
  await Promise.all(hosts.map((host) => network[host].start()));
}

async function expectDone(path: string, source: SourceFile): Promise<void> {
  const { master, near } = network;
  sizes.push(source.size);
  await expectListedOnce(master, path, source);
  expect(await carriersOf(master, path)).toHaveLength(1);
  await expectStored(near, sizes);
  await expectStored(master, []);
}
