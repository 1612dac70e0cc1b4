import { afterAll, afterEach, expect, test } from "@jest/globals";
import { randomBytes } from "node:crypto";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startS3Simulator } from "@stowage/servers";
import { loadConfig } from "../src/config/load-config.js";
import { checkPolicies, closePolicies, makePolicies } from "../src/open-policies.js";
import type { PolicyFindings } from "../src/open-policies.js";
import { finishMedia, sendMedia, picture } from "./media-client.js";
import { ask, closeAll, run } from "./running-gateway.js";
import type { Answer, Parts, Running } from "./running-gateway.js";

const simulator = await startS3Simulator();
afterEach(closeAll);
afterAll(() => simulator.close());

const MiB = 1024 * 1024;
const version = "api-version=6.0";

function bucket(more: Parts = {}): Parts {
  const { accessKeyId, secretAccessKey } = simulator;
  const options = {
    bucket: simulator.bucket,
    region: simulator.region,
    endpoint: simulator.endpoint,
    addressing: "path",
    credentials: { accessKeyId, secretAccessKey },
  };
  return { policies: { bucket: { driver: "s3", options, ...more } } };
}

/** Sends ranges of a file, in the order given, by Content-Range. */
async function sendRanges(url: string, whole: Buffer, ranges: readonly (readonly [number, number])[]): Promise<Answer> {
  const id = crypto.randomUUID();
  for (const [start, end] of ranges) {
    const headers = { "content-range": `bytes ${start}-${end - 1}/${whole.length}` };
    const at = `/ImageStore/a.bin/$/UploadChunk?${version}&session-id=${id}`;
    const answer = await ask(url, "PUT", at, { body: whole.subarray(start, end), headers });
    if (answer.status !== 200) return answer;
  }
  return ask(url, "POST", `/ImageStore/$/CommitUploadSession?${version}&session-id=${id}`);
}

async function contentOf(url: string, path: string): Promise<Buffer> {
  return Buffer.from(await (await fetch(`${url}/uploads/files/content?path=${path}`)).arrayBuffer());
}

/** Files of the spool. */
async function spooled({ folder }: Running, spool = "data/spool"): Promise<readonly string[]> {
  const found = await readdir(join(folder, spool), { recursive: true, withFileTypes: true }).catch(() => []);
  return found.filter((entry) => entry.isFile() && entry.name.includes("-")).map(({ name }) => name);
}

test("pieces of any size, in any order, go into a bucket whose parts are 5 MiB at least", async () => {
  const running = await run(bucket());
  const whole = randomBytes(18 * MiB + 77);
  const cuts = [0, 1, 3 * MiB, 5 * MiB + 9, 5 * MiB + 10, 11 * MiB, 17 * MiB, whole.length];
  const ranges = cuts.slice(1).map((end, at) => [cuts[at] ?? 0, end] as const);
  expect((await sendRanges(running.url, whole, ranges.toReversed())).status).toBe(200);
  expect((await contentOf(running.url, "/a.bin")).equals(whole)).toBe(true);
  expect(await spooled(running)).toEqual([]);
}, 60_000);

test("the media chunk API's chunks of 200 KiB go into a bucket", async () => {
  const running = await run(bucket());
  const whole = Buffer.concat([picture, randomBytes(300_000)]);
  const first = await sendMedia(running.url, { bytes: whole, range: [0, 204_800], name: "a.png" });
  const id = String(first.body["upload_id"]);
  expect(await sendMedia(running.url, { bytes: whole, range: [204_800, whole.length], id })).toMatchObject({
    status: 201,
  });
  const { body } = await finishMedia(running.url, id);
  expect((await contentOf(running.url, String(body["path"]))).equals(whole)).toBe(true);
});

test("another process goes on with what the first one's spool holds", async () => {
  const first = await run((folder) => ({ ...bucket({ relay: { spool: `${folder}/shared` } }) }));
  const second = await run((folder) => ({ ...bucket({ relay: { spool: `${folder}/shared` } }) }), {
    folder: first.folder,
  });
  const whole = randomBytes(9 * MiB);
  const id = crypto.randomUUID();
  for (const [at, { url }] of [first, second, first].entries()) {
    const headers = { "content-range": `bytes ${at * 3 * MiB}-${(at + 1) * 3 * MiB - 1}/${whole.length}` };
    const path = `/ImageStore/a.bin/$/UploadChunk?${version}&session-id=${id}`;
    const body = whole.subarray(at * 3 * MiB, (at + 1) * 3 * MiB);
    expect((await ask(url, "PUT", path, { body, headers })).status).toBe(200);
  }
  const commit = `/ImageStore/$/CommitUploadSession?${version}&session-id=${id}`;
  expect((await ask(second.url, "POST", commit)).status).toBe(200);
  expect((await contentOf(first.url, "/a.bin")).equals(whole)).toBe(true);
});

test("without a relay such pieces are refused, in the protocol's own words", async () => {
  const { url } = await run(bucket({ relay: { use: "never" } }));
  const answer = await sendRanges(url, randomBytes(100), [[0, 100]]);
  expect(answer).toMatchObject({ status: 400, body: { Error: { Code: "E_NOTIMPL" } } });
});

test("a check tells of the relay, and asks its spool as well", async () => {
  const { folder } = await run();
  const checked = async (more: Parts): Promise<PolicyFindings | undefined> => {
    const file = join(folder, "checked.yaml");
    await writeFile(file, JSON.stringify(bucket(more)));
    const config = await loadConfig({ file, overrides: { data: join(folder, "data") } });
    const policies = await makePolicies(config, {});
    const [found] = await checkPolicies(policies, AbortSignal.timeout(10_000));
    await closePolicies(policies);
    return found;
  };
  expect(await checked({})).toMatchObject({ driver: "s3", relay: "relay(s3)" });
  expect(await checked({ relay: { use: "never" } })).toMatchObject({ driver: "s3", relay: null });
  const blocked = await checked({ relay: { spool: join(folder, "checked.yaml") } });
  expect(blocked?.findings).toContainEqual(expect.objectContaining({ severity: "error" }));
});
