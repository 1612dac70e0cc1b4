import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { appendFile, mkdtemp, open, rename, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { upload } from "../src/index.js";
import type { UploadSource } from "../src/index.js";
import { fileSource } from "../src/node/index.js";
import { readChunk } from "../src/transfer/read-chunk.js";
import { signedForm } from "./backends/signed-form.js";
import { content, openSite } from "./site.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stowage-source-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function stored(bytes: Uint8Array): Promise<string> {
  const path = join(folder, "file.bin");
  await writeFile(path, bytes);
  return path;
}

/** A file that takes no room, but for marks of eight bytes each. */
async function sparse(size: number, marks: readonly number[]): Promise<UploadSource> {
  const path = join(folder, "sparse.bin");
  const file = await open(path, "w");
  await file.truncate(size);
  for (const at of marks) await file.write(Buffer.from(`M${String(at).slice(-7)}`), 0, 8, at);
  await file.close();
  return fileSource(path);
}

async function streamed(source: UploadSource, start: number, end: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source.data.slice(start, end).stream()) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe("a file beyond 4 GiB", () => {
  const size = 2 ** 32 + 2 ** 20;
  const marks = [2 ** 31 - 3, 2 ** 32 - 4, 2 ** 32 + 9, size - 8];

  test("has its whole length, and its bytes where they are", async () => {
    const source = await sparse(size, marks);
    expect(source.data.size).toBe(size);
    for (const at of marks) {
      const mark = `M${String(at).slice(-7)}`;
      expect(Buffer.from(await source.data.slice(at, at + 8).arrayBuffer()).toString()).toBe(mark);
      expect(
        Buffer.from(
          await source.data
            .slice(at - 50, size)
            .slice(50, 58)
            .arrayBuffer(),
        ).toString(),
      ).toBe(mark);
      expect((await streamed(source, at - 2_000_000, at + 8)).subarray(-8).toString()).toBe(mark);
    }
    expect(source.data.slice(size - 5, size + 100).size).toBe(5);
    expect(await source.blob?.()).toBeNull();
  });

  test("is cut into chunks to its last byte", async () => {
    const source = await sparse(size, marks);
    const crcs = new Map<number, number>();
    const memory = {
      crc: (index: number) => crcs.get(index),
      setCrc: (index: number, crc: number) => crcs.set(index, crc),
    };
    const cut = { chunkSize: 8 * 2 ** 20, size };
    const last = Math.ceil(size / cut.chunkSize) - 1;
    const bytes = (await readChunk({ source, memory } as never, cut, last)) as Uint8Array;
    expect(bytes.length).toBe(size - last * cut.chunkSize);
    expect(Buffer.from(bytes.subarray(-8)).toString()).toBe(`M${String(size - 8).slice(-7)}`);
  });
});

test.each([
  ["grew", (path: string) => appendFile(path, "x")],
  ["has another time", (path: string) => utimes(path, new Date(), new Date(5_000))],
  [
    "is another one",
    async (path: string) => {
      await writeFile(`${path}.new`, content(100_000, 2));
      await rename(`${path}.new`, path);
    },
  ],
])("a file that %s is not read any more", async (_what, change) => {
  const path = await stored(content(100_000));
  const source = await fileSource(path);
  expect(Buffer.from(await source.data.arrayBuffer())).toEqual(content(100_000));
  expect(await streamed(source, 10, 99_000)).toEqual(content(100_000).subarray(10, 99_000));
  await change(path);
  await expect(source.data.slice(0, 1).arrayBuffer()).rejects.toThrow(/the file changed/);
  await expect(streamed(source, 0, 100)).rejects.toThrow(/the file changed/);
});

test("what is no file, or is not there, is refused at once", async () => {
  await expect(fileSource(folder)).rejects.toMatchObject({ code: "EISDIR" });
  await expect(fileSource(join(folder, "none"))).rejects.toMatchObject({ code: "ENOENT" });
  expect((await fileSource(await stored(content(0)))).data.size).toBe(0);
});

test("a file goes into a form, and through the server where it is too long for one", async () => {
  const backend = await signedForm();
  const site = await openSite({ policy: { driver: backend.driver, transfer: "direct" } });
  const source = await fileSource(await stored(content(50_000)));
  const options = { to: site.to, token: "t", resume: null };
  await upload(source, options).done;
  expect(backend.requests).toEqual(["POST /bucket"]);
  await upload({ ...source, blob: async () => null }, { ...options, path: "/long" }).done;
  expect(backend.requests).toEqual(["POST /bucket"]);
  expect(await site.read("/file.bin")).toEqual(content(50_000));
  expect(await site.read("/long")).toEqual(content(50_000));
  await site.close();
  await backend.close();
});
