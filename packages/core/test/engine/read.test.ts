import { expect, test } from "@jest/globals";
import { fromBytes, type StorageDriver } from "../../src/index.js";
import { memoryDriver } from "../../src/memory/index.js";
import { failure, KiB, pattern, planned, readAll, rig } from "./fixture.js";

const content = pattern(KiB);

async function stored(driver: StorageDriver = memoryDriver({})) {
  const { uploads } = rig({ driver });
  const put = async (bytes: Uint8Array, onConflict: "refuse" | "replace" = "refuse") => {
    const session = await uploads.create({ ...planned(bytes.byteLength), onConflict });
    await uploads.write(session.id, { index: 0 }, fromBytes(bytes));
    return uploads.find({ path: "/a.bin" });
  };
  const entry = await put(content);
  return { uploads, put, id: entry?.id ?? "", version: entry?.version ?? "" };
}

test("a version is read as long as it is the current one", async () => {
  const { uploads, put, id, version } = await stored();
  expect(await readAll(await uploads.read({ entryId: id, version }, null))).toEqual(Buffer.from(content));
  await put(pattern(KiB, 2), "replace");
  const error = await failure(uploads.read({ entryId: id, version }, null));
  expect([error.code, error.retry]).toEqual(["SUPERSEDED", "same"]);
  expect(await readAll(await uploads.read({ entryId: id }, null))).toEqual(Buffer.from(pattern(KiB, 2)));
});

test.each([[null], [{ start: 1, end: KiB }]])(
  "what lost a part of itself is let go, not given out: %j",
  async (range) => {
    let isLetGo = false;
    const inner = memoryDriver({});
    const read: NonNullable<NonNullable<StorageDriver["objects"]>["read"]> = async () => {
      const iterator: AsyncIterator<Uint8Array> = {
        next: () => Promise.reject(new TypeError("nobody reads it")),
        return: async () => {
          isLetGo = true;
          return { done: true, value: undefined };
        },
      };
      return { size: 20, oneShot: true, stream: () => ({ [Symbol.asyncIterator]: () => iterator }) };
    };
    const objects = { ...inner.objects, read } as NonNullable<StorageDriver["objects"]>;
    const { uploads, id } = await stored({ ...inner, objects });
    expect((await failure(uploads.read({ entryId: id }, range))).code).toBe("INTERNAL");
    expect(isLetGo).toBe(true);
  },
);
