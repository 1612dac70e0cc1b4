import { expect, test } from "@jest/globals";
import { type OpenedUpload, openUpload } from "../src/cloudreve-client.js";
import { goOn } from "../src/remote/go-on.js";
import { openAtNode } from "../src/remote/node-client.js";
import { type Network, onNetwork } from "../src/remote/on-network.js";
import { carriersOf, expectListedOnce, expectStored, listFiles } from "../src/remote/stored-once.js";
import { troubleToMaster, troubleToNode } from "../src/remote/trouble.js";
import { sizeOf } from "../src/size.js";
import { type SourceFile, sourceFile } from "../src/source-file.js";

const clients = sizeOf({ normal: 12, extended: 200 });
const atOnce = 4;
const chunkSize = 64 * 1024;
/** Under trouble. */
const patienceMs = 8000;

interface Client {
  readonly path: string;
  readonly upload: OpenedUpload;
  readonly source: SourceFile;
}

test(`${clients} uploads over bad lines, straight and through the master: every one is right, and there once`, async () => {
  await onNetwork({ chunkSize }, async (network) => {
    const { master, near, chance } = network;
    near.line.setRules(troubleToNode, chance.below(2 ** 31));
    master.line.setRules(troubleToMaster, chance.below(2 ** 31));
    const begun: Client[] = [];
    let finished = 0;
    await inTurns(clients, async (number) => {
      const client = await open(network, number);
      begun.push(client);
      await goOn({ ...client, url: master.url, patienceMs }).then(
        () => (finished += 1),
        (error: unknown) => expect(String(error)).toMatch(/is not done within/),
      );
    });
    expect(finished).toBeGreaterThan(0);
    expect(new Set(near.line.events().map(({ effect }) => effect)).size).toBeGreaterThanOrEqual(5);
    expect(master.line.events()).not.toEqual([]);

    // The lines are good again: whoever was not done goes on with what is stored.
    for (const { line } of [near, master]) line.setRules([]);
    for (const client of begun) await goOn({ ...client, url: master.url });
    for (const { path, source } of begun) {
      await expectListedOnce(master, path, source);
      expect(await carriersOf(master, path)).toHaveLength(1);
    }
    expect(await listFiles(master, "/direct")).toHaveLength(
      begun.filter(({ path }) => path.startsWith("/direct")).length,
    );
    await expectStored(
      near,
      begun.map(({ source }) => source.size),
    );
  });
}, 600_000);

/** Opening fails as well: each time under another name. */
async function open({ master, chance }: Network, number: number): Promise<Client> {
  const source = sourceFile(`${chance.seed} ${number}`, 1 + chance.below(6 * chunkSize));
  for (let tries = 0; ; tries += 1) {
    const path = `/${number % 3 === 2 ? "through" : "direct"}/${number} ${tries}.bin`;
    const opening = path.startsWith("/direct")
      ? openAtNode(master.line.endpoint, path, source.size)
      : openUpload(master.line.endpoint, path.slice(1), source.size);
    const upload = await opening.catch((error: unknown) => {
      if (tries === 20) throw error;
      return null;
    });
    if (upload !== null) return { path, upload, source };
  }
}

/** A few at a time. */
async function inTurns(count: number, work: (number: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
