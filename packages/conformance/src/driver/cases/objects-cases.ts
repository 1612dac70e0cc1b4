import type { ObjectAccess } from "@stowage/core";
import { collect } from "../../kit/bodies.js";
import { expectBytes, expectRefused, expectSame } from "../../kit/expect.js";
import { type DriverCase, having } from "../driver-case.js";
import type { DriverLab } from "../driver-lab.js";
import { expectNoObject, expectObject, finish } from "../expect-object.js";
import { cut } from "../layout.js";

const known = having(({ driver }) => driver.objects !== undefined, "a write-only backend");
const readable = having(({ driver }) => driver.objects?.read !== undefined, "a write-only backend");

/** Stored objects, read back through the driver. */
export const objectsCases: readonly DriverCase[] = [
  {
    id: "objects/stat",
    says: "stat tells the size of an object, and null where there is none",
    notFor: known,
    run: async (lab) => {
      const upload = await lab.open();
      const { key } = upload.target;
      expectSame(await objectsOf(lab).stat(key, lab.options), null, "stat before the upload is complete");
      await finish(lab, upload);
      const stat = await objectsOf(lab).stat(key, lab.options);
      expectSame([stat?.key, stat?.size], [key, upload.layout.size], "stat");
    },
  },
  {
    id: "objects/read",
    says: "an object is read whole and in ranges, and the source tells their length",
    notFor: readable,
    run: async (lab) => {
      const upload = await lab.open();
      await finish(lab, upload);
      const { size } = upload.layout;
      const middle = { start: Math.floor(size / 3), end: Math.floor(size / 2) };
      const ranges = [null, { start: 0, end: size }, { start: 0, end: 1 }, { start: size - 1, end: size }, middle];
      for (const range of ranges) {
        const { start, end } = range ?? { start: 0, end: size };
        const source = await lab.soon(readOf(lab)(upload.target.key, range, lab.options), "read ends");
        expectSame(source.size, end - start, `length of [${start}, ${end})`);
        const bytes = await lab.soon(collect(source), "the source ends");
        expectBytes(bytes, upload.content.subarray(start, end), `bytes of [${start}, ${end})`);
      }
    },
  },
  {
    id: "objects/read-missing",
    says: "reading an object that is not there is OBJECT_NOT_FOUND",
    notFor: readable,
    run: async (lab) => {
      const { key } = lab.target(cut(lab.capabilities));
      const read = async (): Promise<unknown> => collect(await readOf(lab)(key, null, lab.options));
      await lab.soon(expectRefused(read(), ["OBJECT_NOT_FOUND"], "read of no object"), "read ends");
    },
  },
  {
    id: "objects/remove",
    says: "remove takes one object away, and is no error where it is gone",
    notFor: known,
    run: async (lab) => {
      const [gone, kept] = [await lab.open(), await lab.open()];
      await finish(lab, gone);
      await finish(lab, kept);
      for (let times = 0; times < 2; times++)
        await lab.soon(objectsOf(lab).remove(gone.target.key, lab.options), "remove ends");
      await expectNoObject(lab, gone, "after remove");
      await expectObject(lab, kept, "the other object");
    },
  },
];

function readOf(lab: DriverLab): NonNullable<ObjectAccess["read"]> {
  const objects = objectsOf(lab);
  return (...given) => {
    if (objects.read === undefined) throw new Error("the driver cannot read any more");
    return objects.read(...given);
  };
}

function objectsOf({ driver }: DriverLab): ObjectAccess {
  if (driver.objects === undefined) throw new Error("the driver has no objects any more");
  return driver.objects;
}
