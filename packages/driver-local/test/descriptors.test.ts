import { afterEach, expect, jest, test } from "@jest/globals";
import { silentLogger, systemClock } from "@stowage/core";
import { type Descriptors, makeDescriptors } from "../src/descriptors.js";
import { type FileCalls, inThreads } from "../src/file-calls.js";
import type { PartHandle } from "../src/handle.js";
import type { OpenPart } from "../src/open-part.js";

const runtime = { clock: systemClock, log: silentLogger };
const handleOf = (name: string): PartHandle => ({ v: 1, part: name });
const made: Descriptors[] = [];
afterEach(() => Promise.all(made.splice(0).map((descriptors) => descriptors.close())));

/** A cache over numbers that are no descriptors; `failing` makes opens fail with a code first. */
function fakeFiles(openFiles = 10, failing: string[] = []) {
  let next = 0;
  const open = new Set<number>();
  const close = jest.fn(async (descriptor: number) => void open.delete(descriptor));
  const calls: FileCalls = { ...inThreads, close };
  const opener = jest.fn(async (): Promise<OpenPart> => {
    const code = failing.shift();
    if (code !== undefined) throw Object.assign(new Error(code), { code });
    open.add(next);
    return { descriptor: next++, identity: "1" };
  });
  const descriptors = makeDescriptors(opener, { openFiles, idleMs: 1000 }, runtime);
  made.push(descriptors);
  const use = (name: string, action = async ({ descriptor }: OpenPart) => descriptor): Promise<number> =>
    descriptors.use(handleOf(name), name, calls, action);
  return { descriptors, open, opener, use };
}

test("who comes while a file is being opened shares it", async () => {
  const { opener, use } = fakeFiles();
  expect(await Promise.all([use("a"), use("a"), use("a")])).toEqual([0, 0, 0]);
  expect(opener).toHaveBeenCalledTimes(1);
});

test.each(["EMFILE", "ENFILE"])("%s: unused files are closed, and the open tried again", async (code) => {
  const failing: string[] = [];
  const { open, use } = fakeFiles(10, failing);
  await use("a");
  await use("b");
  failing.push(code);
  expect(await use("c")).toBe(2);
  expect([...open]).toEqual([2]);
});

test("an open that fails is not remembered", async () => {
  const { use } = fakeFiles(10, ["EACCES"]);
  await expect(Promise.all([use("a"), use("a")])).rejects.toMatchObject({ code: "EACCES" });
  expect(await use("a")).toBe(0);
});

test("retire waits for the calls that run, and the next use opens anew", async () => {
  const { descriptors, open, use } = fakeFiles();
  let finish = (): void => {};
  const running = use("a", ({ descriptor }) => new Promise((resolve) => (finish = () => resolve(descriptor))));
  let isRetired = false;
  const retired = descriptors.retire("a").then(() => (isRetired = true));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isRetired).toBe(false);
  expect([...open]).toEqual([0]);
  finish();
  expect(await running).toBe(0);
  await retired;
  expect([...open]).toEqual([]);
  expect(await use("a")).toBe(1);
});

test("retire takes all generations of one upload, and no other", async () => {
  const { descriptors, open, use } = fakeFiles();
  for (const part of ["a", "a/1", "a/2", "ab", "b"]) await use(part);
  await descriptors.retire("a");
  expect([...open]).toEqual([3, 4]);
});

test("beyond the limit the least recently used goes, but none in use", async () => {
  const { open, use } = fakeFiles(2);
  let finish = (): void => {};
  const running = use("busy", () => new Promise((resolve) => (finish = () => resolve(0))));
  await use("a");
  await use("b");
  await use("a");
  await use("c");
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect([...open]).toContain(0);
  expect(open.size).toBeLessThanOrEqual(2);
  finish();
  await running;
});
