import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { upload } from "../src/index.js";
import type { ResumeStore, UploadOptions } from "../src/index.js";
import { fileSource, folderStore } from "../src/node/index.js";
import { alice, content, fileOf, mapStore, openSite, until } from "./site.js";
import type { TestSite } from "./site.js";

let site: TestSite;
let folder = "";
let hold = true;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stowage-client-"));
  hold = true;
  // The second half of a file does not come, as long as it is held.
  site = await openSite({
    interfere: async ({ method, url }) => {
      if (method === "PUT" && Number(url.pathname.split("/").at(-1)) >= 10) await until(() => !hold);
      return null;
    },
  });
});
afterEach(async () => {
  hold = false;
  await site.close();
  await rm(folder, { recursive: true });
});

const whole = content(200_000);

function settings(resume: ResumeStore | null, more: Partial<UploadOptions> = {}): UploadOptions {
  return { to: site.to, token: "t", backoffMs: 10, resume, ...more };
}

/** Begins, and is stopped when half of the file is there. */
async function half(input: Parameters<typeof upload>[0], options: UploadOptions): Promise<void> {
  const stop = new AbortController();
  const { done } = upload(input, { ...options, signal: stop.signal });
  const received = async (): Promise<number> =>
    (await site.engine.as(alice).sessions({ limit: 10, state: "open" }))[0]?.received ?? 0;
  await until(async () => (await received()) === 100_000);
  stop.abort();
  await expect(done).rejects.toMatchObject({ code: "STOPPED", retryable: true });
  hold = false;
}

const sent = (): number[] =>
  site.requests.filter((line) => line.startsWith("PUT")).map((line) => Number(line.split("/").at(-1)));

describe("an upload that was interrupted", () => {
  test("goes on with the chunks that are missing", async () => {
    const resume = mapStore();
    await half(fileOf(whole), settings(resume));
    site.requests.length = 0;
    const progress: number[] = [];
    const onProgress = ({ sent: bytes }: { sent: number }): void => void progress.push(bytes);
    const uploaded = await upload(fileOf(whole), settings(resume, { onProgress })).done;
    expect(uploaded.isVerified).toBe(true);
    expect(await site.read("/file.bin")).toEqual(whole);
    // Bodies that were with the server already when the client stopped may have been taken.
    expect(Math.min(...sent())).toBeGreaterThanOrEqual(10);
    expect(new Set(sent()).size).toBe(sent().length);
    expect(site.requests.filter((line) => line === "POST /sessions")).toEqual([]);
    expect(Math.max(...progress)).toBe(200_000);
    expect(resume.entries.size).toBe(0);
  });

  test("goes on in another process, by its folder", async () => {
    const path = join(folder, "file.bin");
    await writeFile(path, whole);
    const memory = join(folder, "memory");
    await half(await fileSource(path), settings(folderStore(memory)));
    expect(await readdir(memory)).toHaveLength(1);
    site.requests.length = 0;
    await upload(await fileSource(path), settings(folderStore(memory))).done;
    expect(Math.min(...sent())).toBeGreaterThanOrEqual(10);
    expect(await site.read("/file.bin")).toEqual(whole);
    expect(await readdir(memory)).toEqual([]);
  });

  test("that had ended, but for its reply, is told as whole", async () => {
    const resume = mapStore();
    hold = false;
    let record: readonly [string, string] | null = null;
    const set = (key: string, value: string): void => {
      record = [key, value];
    };
    await upload(fileOf(whole), settings({ ...resume, set })).done;
    await resume.set(...(record ?? (["", ""] as const)));
    site.requests.length = 0;
    const seen: number[] = [];
    await upload(fileOf(whole), settings(resume, { onProgress: ({ sent: bytes }) => void seen.push(bytes) })).done;
    expect(seen.at(-1)).toBe(200_000);
    expect(sent()).toEqual([]);
    expect(resume.entries.size).toBe(0);
  });

  test("begins anew where the session is given up, or gone", async () => {
    const resume = mapStore();
    await half(fileOf(whole), settings(resume));
    const [session] = await site.engine.as(alice).sessions({ limit: 1 });
    await site.engine.as(alice).abort(session?.id ?? "");
    await upload(fileOf(whole), settings(resume)).done;
    expect(await site.read("/file.bin")).toEqual(whole);
    const key = `stowage ${site.to} /other.bin`;
    await resume.set(
      key,
      JSON.stringify({ id: "1".repeat(32), session: "gone", size: 200_000, modifiedAt: 1_000_000 }),
    );
    await upload(fileOf(whole, "other.bin"), settings(resume)).done;
    expect(await site.read("/other.bin")).toEqual(whole);
  });

  test("begins anew with a file that has changed, and the old session gives its path back", async () => {
    const resume = mapStore();
    await half(fileOf(whole), settings(resume));
    const other = content(150_000, 2);
    await upload(fileOf(other, "file.bin", 2_000_000), settings(resume)).done;
    expect(await site.read("/file.bin")).toEqual(other);
    expect((await site.states()).toSorted()).toEqual(["aborted", "completed"]);
  });

  test("finds the session whose answer it never got", async () => {
    const resume = mapStore();
    const id = "a".repeat(32);
    const body = JSON.stringify({ id, path: "/file.bin", size: 200_000 });
    const headers = { authorization: "Bearer t", "content-type": "application/json" };
    expect((await fetch(`${site.to}/sessions`, { method: "POST", headers, body })).status).toBe(201);
    await resume.set(`stowage ${site.to} /file.bin`, JSON.stringify({ id, size: 200_000, modifiedAt: 1_000_000 }));
    hold = false;
    await upload(fileOf(whole), settings(resume)).done;
    expect(await site.states()).toEqual(["completed"]);
  });

  test("is not remembered where the file has no time to know it by", async () => {
    const resume = mapStore();
    hold = false;
    await upload(new Blob([whole]), settings(resume, { path: "/blob" })).done;
    expect(resume.entries.size).toBe(0);
    expect(await site.read("/blob")).toEqual(whole);
  });

  test("is not hindered by a store that is broken, or holds nonsense", async () => {
    hold = false;
    const broken: ResumeStore = {
      get: () => Promise.reject(new Error("broken")),
      set: () => {
        throw new Error("full");
      },
      remove: () => Promise.reject(new Error("broken")),
    };
    await upload(fileOf(whole), settings(broken)).done;
    for (const [index, text] of ["", "null", "[]", '{"id":5}', "{", '{"id":"x","size":1}'].entries()) {
      const resume = { ...mapStore(), get: () => text };
      await upload(fileOf(content(10), `n${index}`), settings(resume)).done;
      expect(await site.read(`/n${index}`)).toEqual(content(10));
    }
  });
});

test("a folder keeps nothing of an upload that has ended, nor of a process that was killed as it wrote", async () => {
  const store = folderStore(folder);
  await store.remove("one");
  await store.set("one", "1");
  await store.set("two", "2");
  const [first = "", second = ""] = await readdir(folder);
  const one = (await readFile(join(folder, first), "utf8")) === "1" ? first : second;
  await writeFile(join(folder, `${one}.cut-off`), "half of");
  await store.remove("one");
  expect(await readdir(folder)).toEqual([one === first ? second : first]);
  expect([await store.get("one"), await store.get("two")]).toEqual([null, "2"]);
});

describe("what is remembered", () => {
  beforeEach(() => {
    hold = false;
  });

  test.each([
    ["checksums that are none", { crcs: 5 }],
    ["a text of checksums", { crcs: "abc" }],
    ["an id that the server does not take", { id: "x" }],
    ["a session that is no id", { session: {} }],
    ["a session that is a path", { session: "../files?path=/victim" }],
  ])("may be wrong: %s", async (_what, wrong) => {
    const resume = mapStore();
    await upload(fileOf(content(5), "victim"), settings(null)).done;
    const made = await site.engine.as(alice).create({
      policyId: null,
      protocol: "native",
      path: "/kept.bin",
      size: 200_000,
      framing: "planned",
      completion: "when-full",
      onConflict: "refuse",
    });
    const record = { id: "1".repeat(32), session: made.id, size: 200_000, modifiedAt: 1_000_000, crcs: [], ...wrong };
    const name = "crcs" in wrong ? "kept.bin" : "new.bin";
    await resume.set(`stowage ${site.to} /${name}`, JSON.stringify(record));
    await upload(fileOf(whole, name), settings(resume)).done;
    expect(await site.read(`/${name}`)).toEqual(whole);
    expect(await site.read("/victim")).toEqual(content(5));
    expect(resume.entries.size).toBe(0);
  });

  test("is gone after the end, whoever pauses then", async () => {
    const resume = mapStore();
    const task = upload(fileOf(whole), settings(resume));
    await task.done;
    task.pause();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(resume.entries.size).toBe(0);
  });

  test("is gone after the end, however slowly it was written", async () => {
    const inner = mapStore();
    let sets = 0;
    const slow: ResumeStore = {
      ...inner,
      set: async (key, value) => {
        sets += 1;
        if (sets > 2) await new Promise((resolve) => setTimeout(resolve, 200));
        await inner.set(key, value);
      },
    };
    const task = upload(fileOf(whole), settings(slow));
    await until(() => sets === 2);
    // Both write.
    task.pause();
    task.resume();
    await task.done;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(sets).toBeGreaterThan(2);
    expect(inner.entries.size).toBe(0);
  });
});

test("a file of this machine that changes on its way ends the upload", async () => {
  const path = join(folder, "file.bin");
  await writeFile(path, whole);
  const { done } = upload(await fileSource(path), settings(mapStore()));
  await until(() => sent().length >= 10);
  await appendFile(path, "more");
  hold = false;
  await expect(done).rejects.toMatchObject({ code: "SOURCE_CHANGED" });
  expect(await site.states()).toEqual(["aborted"]);
});

test("a server that restarts in the middle loses nothing", async () => {
  const { done } = upload(fileOf(whole), settings(mapStore()));
  await until(() => sent().length >= 10);
  hold = false;
  await site.restart(200);
  await done;
  expect(await site.read("/file.bin")).toEqual(whole);
  expect(await site.states()).toEqual(["completed"]);
});
