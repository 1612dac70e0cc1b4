import { afterEach, describe, expect, test } from "@jest/globals";
import { setTimeout as sleep } from "node:timers/promises";
import { sendHalf } from "./half-chunk.js";
import { aliceToken, bobToken, people } from "./options/proof.js";
import { ask, closeAll, open, run } from "./running-gateway.js";
import type { Answer } from "./running-gateway.js";

afterEach(closeAll);

const alice = { token: aliceToken };
const bob = { token: bobToken };

/** Opens a session at the Cloudreve mount. */
function openCloudreve(url: string, name: string, size: number, who = alice): Promise<Answer> {
  return ask(url, "PUT", "/api/v4/file/upload", { ...who, json: { uri: `cloudreve://my/${name}`, size } });
}

/** A refusal that says when to come again, in either form. */
function expectRefusal(answer: Answer): void {
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  if (answer.status === 200) {
    expect(answer.body).toMatchObject({ code: -1, msg: expect.stringMatching(/again/) as unknown });
    return;
  }
  expect(answer.status).toBe(429);
  expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  expect(answer.body).toMatchObject({ code: "RATE_LIMITED", status: 429, retryable: true });
  expect(answer.body["retryAfterMs"]).toBeGreaterThan(0);
}

describe("uploads in a minute", () => {
  test("are counted for each owner, over all front-ends, and are allowed again when the answer said", async () => {
    const { url } = await run({ ...people, limits: { uploadsPerMinute: 12 } });
    const opened = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        index % 2 === 0 ? open(url, `/${index}`, 1, {}, alice) : openCloudreve(url, `${index}`, 1),
      ),
    );
    expect(opened.filter(({ status, body }) => status === 201 || body["code"] === 0)).toHaveLength(12);
    const refused = await Promise.all([open(url, "/more", 1, {}, alice), openCloudreve(url, "more", 1)]);
    for (const answer of refused) expectRefusal(answer);
    expect((await open(url, "/more", 1, {}, bob)).status).toBe(201);
    await sleep(1000 * Number(refused[0]?.headers.get("retry-after")) + 100);
    expect((await open(url, "/more", 1, {}, alice)).status).toBe(201);
  }, 30_000);
});

describe("calls in a minute", () => {
  test("count chunks too, and a chunk that is refused is only not there", async () => {
    const { url } = await run({ ...people, limits: { callsPerMinute: 2 } });
    const { body } = await openCloudreve(url, "a", 2);
    const { session_id: id } = body["data"] as { session_id: string };
    const codes: unknown[] = [];
    for (let count = 0; count < 6; count++) {
      const answer = await ask(url, "POST", `/api/v4/file/upload/${id}/0`, { ...alice, body: Buffer.from("xy") });
      codes.push(answer.body["code"]);
      if (answer.body["code"] === -1) expectRefusal(answer);
    }
    expect(codes).toContain(-1);
    expect((await ask(url, "GET", "/uploads/usage", alice)).status).toBe(429);
    expect((await ask(url, "GET", "/uploads/usage", bob)).status).toBe(200);
  });
});

describe("writes at once", () => {
  test("are counted for each owner over all front-ends; a place is free again when its chunk is in, or cut off", async () => {
    const { url } = await run({ ...people, limits: { writesAtOnce: 2 } });
    const bytes = Buffer.from("0123456789");
    const native = async (path: string, who = alice): Promise<string> => {
      return `/uploads/sessions/${String((await open(url, path, 10, {}, who)).body["id"])}/chunks/0`;
    };
    const { body } = await openCloudreve(url, "b", 10);
    const cloudreve = `/api/v4/file/upload/${(body["data"] as { session_id: string }).session_id}/0`;
    const [first, third, ofBob] = [await native("/a"), await native("/c"), await native("/d", bob)];

    const one = await sendHalf(`${url}${first}`, { ...alice, method: "PUT", bytes });
    const two = await sendHalf(`${url}${cloudreve}`, { ...alice, method: "POST", bytes });
    await sleep(200);
    expectRefusal(await ask(url, "PUT", third, { ...alice, body: bytes }));
    expectRefusal(await ask(url, "POST", cloudreve, { ...alice, body: bytes }));
    expect((await ask(url, "PUT", ofBob, { ...bob, body: bytes })).status).toBe(200);

    expect((await one.finish()).status).toBe(200);
    two.cut();
    await sleep(200);
    const both = await Promise.all([
      ask(url, "PUT", third, { ...alice, body: bytes }),
      ask(url, "POST", cloudreve, { ...alice, body: bytes }),
    ]);
    expect(both.map(({ status, body: { code } }) => [status, code])).toEqual([
      [200, undefined],
      [200, 0],
    ]);
  });
});
