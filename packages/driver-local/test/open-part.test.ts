import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { endedUploads } from "../src/ended-uploads.js";
import { inLoop, inThreads } from "../src/file-calls.js";
import { newHandle } from "../src/handle.js";
import { localOptionsSchema } from "../src/index.js";
import { layoutOf } from "../src/layout.js";
import { openPart } from "../src/open-part.js";
import { rootOf } from "../src/root.js";
import { chunkOf, never, type Scene, scene, targetOf } from "./scene.js";

let at: Scene;
beforeEach(async () => void (at = await scene()));
afterEach(() => at.end());

test.each([
  ["threads", inThreads],
  ["the loop", inLoop],
] as const)("an upload that ends while its file is being opened in %s leaves no file", async (_where, calls) => {
  const settings = localOptionsSchema.parse({ root: at.root });
  const layout = layoutOf(at.root);
  const ended = endedUploads();
  const handle = newHandle(targetOf(3));
  const files = { layout, settings, ended, root: rootOf(layout, settings) };
  const opening = openPart(files, handle, "key", calls);
  ended.add(handle.part);
  await expect(opening).rejects.toMatchObject({ code: "BACKEND_LOST_UPLOAD" });
  expect(await at.files()).toEqual([]);
  ended.remove(handle.part);
  const { descriptor } = await openPart(files, handle, "key", calls);
  await calls.close(descriptor);
  expect(await at.files()).toEqual([`parts/${handle.part}`]);
});

test("a writer that comes after another process completed the upload leaves no file, and the object as it is", async () => {
  const target = targetOf(3);
  const handle = await at.driver.begin(target, never);
  const sink = at.driver.sink(handle, target);
  await sink.complete([await sink.write(chunkOf(0, "abc"), never)], never);
  const before = await at.files();
  const late = at.another().sink(handle, target);
  await expect(late.write(chunkOf(0, "xyz"), never)).rejects.toMatchObject({ code: "OBJECT_EXISTS" });
  expect(await at.files()).toEqual(before);
  expect(before).toEqual([`objects/${target.key}`]);
  expect((await late.probe(never)).kind).toBe("complete");
});

test("ended uploads are forgotten, the oldest first", () => {
  const ended = endedUploads();
  for (let upload = 0; upload < 5000; upload++) ended.add(String(upload));
  expect([ended.has("0"), ended.has("903"), ended.has("904"), ended.has("4999")]).toEqual([false, false, true, true]);
});
