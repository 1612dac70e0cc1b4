import { afterEach, describe, expect, test } from "@jest/globals";
import { upload } from "../src/index.js";
import type { UploadOptions } from "../src/index.js";
import { presignedParts } from "./backends/presigned-parts.js";
import { resumableRanges } from "./backends/resumable-ranges.js";
import { signedForm } from "./backends/signed-form.js";
import type { Backend, Fault } from "./backends/store.js";
import { alice, content, fileOf, mapStore, openSite, until } from "./site.js";
import type { SiteOptions, TestSite } from "./site.js";

let site: TestSite;
let backend: Backend;
afterEach(async () => {
  await site.close();
  await backend.close();
});

async function start(opened: Promise<Backend>, more: SiteOptions = {}): Promise<void> {
  backend = await opened;
  site = await openSite({ ...more, policy: { driver: backend.driver, transfer: "direct", ...more.policy } });
}

function settings(more: Partial<UploadOptions> = {}): UploadOptions {
  return { to: site.to, token: "t", backoffMs: 10, resume: null, ...more };
}

/** Faults by number of request, from 0. */
function faults(at: Readonly<Record<number, Fault>>): () => Fault {
  let count = -1;
  return () => at[(count += 1)] ?? null;
}

const through = (): readonly string[] => site.requests.filter((line) => line.startsWith("PUT"));
const grants = (): readonly string[] => site.requests.filter((line) => line.endsWith("/grant"));
const transfers = async (): Promise<readonly string[]> =>
  (await site.engine.as(alice).sessions({ limit: 10 })).map(({ transfer }) => transfer);

const whole = content(123_456);

async function expectWhole(options = settings()): Promise<void> {
  const seen: number[] = [];
  const uploaded = await upload(fileOf(whole), { ...options, onProgress: ({ sent }) => void seen.push(sent) }).done;
  expect(uploaded).toMatchObject({ size: whole.length, isVerified: true, file: { path: "/file.bin" } });
  expect(await site.read("/file.bin")).toEqual(whole);
  expect(seen.at(-1)).toBe(whole.length);
}

describe("parts", () => {
  test("go to the backend, with one grant for all of them", async () => {
    await start(presignedParts());
    await expectWhole();
    expect(backend.requests).toHaveLength(13);
    expect(grants()).toHaveLength(1);
    expect(through()).toEqual([]);
    expect(await transfers()).toEqual(["direct"]);
  });

  test("are granted slice by slice", async () => {
    await start(presignedParts(), { policy: { chunks: { size: 1000, parallel: 4 } } });
    await expectWhole();
    expect(backend.requests).toHaveLength(124);
    expect(grants()).toHaveLength(2);
  });

  test("survive resets, lost replies, 503 and 429 at the backend", async () => {
    await start(presignedParts({ nextFault: faults({ 1: "reset", 3: "lost-reply", 5: 503, 6: 429, 8: "reset" }) }));
    await expectWhole();
    expect(through()).toEqual([]);
  });

  test("are granted again where the backend refuses them, or their time is over", async () => {
    await start(presignedParts({ nextFault: faults({ 2: 403, 3: 403 }) }));
    await expectWhole();
    expect(grants().length).toBeGreaterThanOrEqual(2);
    expect(through()).toEqual([]);
  });

  test("expire in a pause, and come again", async () => {
    await start(presignedParts({ ttlMs: 300 }), { policy: { chunks: { size: 10_000, parallel: 1 } } });
    const task = upload(fileOf(whole), settings());
    await until(() => backend.requests.length >= 3);
    task.pause();
    await new Promise((resolve) => setTimeout(resolve, 400));
    task.resume();
    await task.done;
    expect(await site.read("/file.bin")).toEqual(whole);
    expect(through()).toEqual([]);
    expect(grants().length).toBeGreaterThanOrEqual(2);
  });

  test("go through the server where the backend cannot be reached from here", async () => {
    await start(presignedParts());
    await backend.close();
    await expectWhole();
    expect(through()).toHaveLength(13);
    expect(await transfers()).toEqual(["mixed"]);
  });

  test("go through the server where the backend wants nothing of it", async () => {
    await start(presignedParts({ nextFault: () => 400 }));
    await expectWhole();
    expect(through()).toHaveLength(13);
    // Those that were on their way together, and no more.
    expect(backend.requests.length).toBeLessThanOrEqual(4);
  });

  test("of which one is refused for good: that one goes through the server, the others do not", async () => {
    await start(presignedParts({ nextFault: faults({ 6: 400 }) }));
    await expectWhole();
    expect(through()).toHaveLength(1);
    expect(backend.requests).toHaveLength(13);
    expect(await transfers()).toEqual(["mixed"]);
  });

  test("that are there already are not sent again after a restart", async () => {
    await start(presignedParts(), { policy: { chunks: { size: 10_000, parallel: 1 } } });
    const resume = mapStore();
    const stop = new AbortController();
    const first = upload(fileOf(whole), settings({ resume, signal: stop.signal }));
    await until(() => backend.requests.length >= 5);
    stop.abort();
    await expect(first.done).rejects.toMatchObject({ code: "STOPPED" });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = backend.requests.length;
    await expectWhole(settings({ resume }));
    expect(backend.requests.length - before).toBeLessThanOrEqual(13 - (before - 1));
  });
});

test("parts are not stored where the backend redirects them", async () => {
  await start(presignedParts({ nextFault: () => 308 }));
  await expectWhole();
  expect(through()).toHaveLength(13);
});

describe.each(["gcs", "onedrive"] as const)("ranges (%s)", (dialect) => {
  test("go in order to one URL, and the last byte completes", async () => {
    await start(resumableRanges(dialect));
    await expectWhole();
    expect(through()).toEqual([]);
    expect(await transfers()).toEqual(["direct"]);
    // The backend keeps whole grains only: each slice goes on where it says.
    expect(backend.requests[1]).toMatch(/ bytes 9984-9999\/123456$| bytes 9984-/);
  });

  test("go on where the backend is after resets, lost replies and 503", async () => {
    await start(resumableRanges(dialect, faults({ 1: "reset", 4: "lost-reply", 7: 503, 12: "reset", 13: 503 })));
    await expectWhole();
    expect(through()).toEqual([]);
  });

  test("whose last reply is lost are found complete", async () => {
    let isLost = false;
    const nextFault = (): Fault => {
      if (isLost || !backend.requests.at(-1)?.includes("bytes 109824-")) return null;
      isLost = true;
      return "lost-reply";
    };
    await start(resumableRanges(dialect, nextFault));
    await expectWhole();
    expect(isLost).toBe(true);
    expect(through()).toEqual([]);
  });

  test("go through the server where the backend cannot be used", async () => {
    await start(resumableRanges(dialect, () => 400));
    await expectWhole();
    expect(through()).toHaveLength(13);
  });

  test("are granted again where the backend refuses to say how far it is", async () => {
    await start(resumableRanges(dialect, faults({ 2: "reset", 3: 403, 4: 401 })));
    await expectWhole();
    expect(grants()).toHaveLength(3);
    expect(through()).toEqual([]);
  });

  test("go through the server where the backend knows nothing of them any more", async () => {
    await start(resumableRanges(dialect, faults({ 2: "reset", 3: 404, 4: 404 })));
    await expectWhole();
    expect(through().length).toBeGreaterThan(0);
  });

  test("whose backend cannot be reached after a restart of the client go through the server", async () => {
    await start(resumableRanges(dialect), { policy: { chunks: { size: 2000, parallel: 1 } } });
    const resume = mapStore();
    const stop = new AbortController();
    const first = upload(fileOf(whole), settings({ resume, signal: stop.signal }));
    await until(() => backend.requests.length >= 6);
    stop.abort();
    await expect(first.done).rejects.toMatchObject({ code: "STOPPED" });
    await backend.close();
    await expectWhole(settings({ resume }));
    expect(through().length).toBeGreaterThan(0);
  });

  test("go on after a restart of the client", async () => {
    await start(resumableRanges(dialect), { policy: { chunks: { size: 2000, parallel: 1 } } });
    const resume = mapStore();
    const stop = new AbortController();
    const first = upload(fileOf(whole), settings({ resume, signal: stop.signal }));
    await until(() => backend.requests.length >= 6);
    stop.abort();
    await expect(first.done).rejects.toMatchObject({ code: "STOPPED" });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = backend.requests.length;
    await expectWhole(settings({ resume }));
    expect(through()).toEqual([]);
    const firstSlice = backend.requests.slice(before).find((line) => / bytes \d/.test(line)) ?? "";
    expect(Number(/ bytes (\d+)-/.exec(firstSlice)?.[1])).toBeGreaterThan(0);
  });
});

describe("a form", () => {
  test("carries the whole file", async () => {
    await start(signedForm());
    await expectWhole();
    expect(backend.requests).toEqual(["POST /bucket"]);
    expect(through()).toEqual([]);
  });

  test("goes again after a reset and a refused grant", async () => {
    await start(signedForm({ nextFault: faults({ 0: 503, 1: 403 }) }));
    await expectWhole();
    expect(grants()).toHaveLength(2);
    expect(through()).toEqual([]);
  });

  test("whose reply was lost is found complete, or goes through the server", async () => {
    await start(signedForm({ nextFault: faults({ 0: "lost-reply", 1: "lost-reply" }) }));
    await expectWhole();
  });

  test("goes through the server where the backend cannot be reached", async () => {
    await start(signedForm());
    await backend.close();
    await expectWhole();
    expect(through()).toHaveLength(13);
  });
});

test("an empty file needs no backend", async () => {
  await start(presignedParts());
  await upload(fileOf(content(0)), settings()).done;
  expect(await site.read("/file.bin")).toEqual(content(0));
  expect(backend.requests).toEqual([]);
});
