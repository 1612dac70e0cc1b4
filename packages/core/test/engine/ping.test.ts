import { expect, test } from "@jest/globals";
import { UploadError } from "../../src/index.js";
import type { StorageDriver } from "../../src/index.js";
import { memoryDriver } from "../../src/memory/index.js";
import { free, pattern, rig, whole } from "./fixture.js";

const down = (): Promise<never> => Promise.reject(new UploadError("BACKEND_FULL", "no room", { driver: "memory" }));

function withPing(ping: () => Promise<void>): { readonly policies: { readonly id: string; driver: StorageDriver }[] } {
  return {
    policies: [
      { id: "node", driver: { ...memoryDriver({}), ping } },
      { id: "disk", driver: memoryDriver({}) },
    ],
  };
}

const routing = [
  { when: {}, use: [{ policyId: "node", weight: 1 }] },
  { when: {}, use: [{ policyId: "disk", weight: 1 }] },
];

async function until(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error("it never came");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

test("new uploads go elsewhere while a backend's ping fails, and back when it is up again", async () => {
  let answer: () => Promise<void> = () => Promise.resolve();
  const { engine, uploads } = rig({ ...withPing(() => answer()), routing, timing: { pingEveryMs: 5 } });
  const policyOfNew = async (): Promise<string> => (await uploads.create(free(1, null))).policyId;
  expect(await policyOfNew()).toBe("node");
  const open = await uploads.create(free(1, null));
  answer = down;
  await until(() => engine.activity().policies[0]?.isHealthy === false);
  expect(await policyOfNew()).toBe("disk");
  // What it has it goes on taking, and that does not make it fit for more.
  await uploads.write(open.id, { offset: 0 }, whole(pattern(1)));
  expect(await policyOfNew()).toBe("disk");
  answer = () => Promise.resolve();
  await until(() => engine.activity().policies[0]?.isHealthy === true);
  expect(await policyOfNew()).toBe("node");
  await engine.close();
});

test("a ping that never answers is one that failed", async () => {
  const { engine } = rig({ ...withPing(() => new Promise(() => {})), timing: { pingEveryMs: 20 } });
  await until(() => engine.activity().policies[0]?.isHealthy === false);
  await engine.close({ signal: AbortSignal.timeout(1_000) });
});

test("nobody is asked where the time between two pings is 0", async () => {
  let asked = 0;
  const { engine } = rig({
    ...withPing(() => Promise.resolve(void asked++)),
    timing: { pingEveryMs: 0 },
  });
  await new Promise((resolve) => setTimeout(resolve, 30));
  await engine.close();
  expect(asked).toBe(0);
});
