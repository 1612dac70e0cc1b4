import { expectRefused, expectSame } from "../../kit/expect.js";
import { type DriverCase, where, withLeftovers, all } from "../driver-case.js";
import { expectNoObject, expectNothingLeft, expectObject, finish } from "../expect-object.js";
import { cut } from "../layout.js";

const deferred = where(({ deferredSize }) => deferredSize === true, "the driver wants the size at begin");
const notDeferred = where(({ deferredSize }) => deferredSize !== true, "the driver takes a deferred size");

/** Capabilities and `begin`. */
export const beginCases: readonly DriverCase[] = [
  {
    id: "capabilities/plain-data",
    says: "capabilities are plain data within sane limits, the same whenever they are read",
    run: async ({ driver, capabilities }) => {
      expectSame(JSON.parse(JSON.stringify(capabilities)), capabilities, "capabilities through JSON");
      expectSame(driver.capabilities, capabilities, "capabilities read again");
      const { minSize, maxSize, maxCount } = capabilities.part;
      expectSame(minSize >= 0 && maxSize >= Math.max(minSize, 1) && maxCount >= 1, true, "part limits are sane");
      const { ordering } = capabilities;
      expectSame(ordering.kind !== "any" || ordering.maxParallel >= 1, true, "maxParallel is at least 1");
    },
  },
  {
    id: "begin/two-sessions-independent",
    says: "two uploads at once make two objects, neither seen before it is complete",
    run: async (lab) => {
      const [one, two] = [await lab.open(), await lab.open()];
      const receipts = [await one.write(0), await two.write(0)] as const;
      const rest = async (upload: typeof one): Promise<Awaited<ReturnType<typeof one.write>>[]> => {
        const made = [];
        for (const index of upload.layout.ranges.keys()) if (index > 0) made.push(await upload.write(index));
        return made;
      };
      const [restOfTwo, restOfOne] = [await rest(two), await rest(one)];
      await expectNoObject(lab, one, "before complete");
      await two.complete([receipts[1], ...restOfTwo]);
      await expectNoObject(lab, one, "after the other's complete");
      await one.complete([receipts[0], ...restOfOne]);
      await expectObject(lab, one, "first object");
      await expectObject(lab, two, "second object");
    },
  },
  {
    id: "begin/passive",
    says: "a begin that is declared passive leaves nothing at the backend",
    notFor: all(
      where(({ passiveBegin }) => passiveBegin === true, "begin is not declared passive"),
      withLeftovers,
    ),
    run: async (lab) => {
      await lab.open();
      await expectNothingLeft(lab, "by a passive begin");
    },
  },
  {
    id: "begin/deferred-size",
    says: "an upload may begin without a size and get it later",
    notFor: deferred,
    run: async (lab) => {
      const layout = cut(lab.capabilities);
      const upload = await lab.open(layout, { size: null, plan: null });
      const receipts = await upload.writeAll();
      const sized = upload.through({ target: { ...upload.target, size: layout.size } });
      await sized.complete(receipts);
      await expectObject(lab, sized);
    },
  },
  {
    id: "begin/deferred-size-refused",
    says: "where a deferred size is not declared, begin refuses it as UNSUPPORTED",
    notFor: notDeferred,
    run: async (lab) => {
      const target = lab.target(cut(lab.capabilities), { size: null, plan: null });
      await expectRefused(lab.driver.begin(target, lab.options), ["UNSUPPORTED"], "begin without a size");
    },
  },
  {
    id: "begin/unicode-key",
    says: "keys with spaces, signs and any script name an object each",
    run: async (lab) => {
      const names = ["файл 名 é 🎈.bin", "a b+c&d=e%20f.bin", "question?hash#.bin", "'quote\".bin"];
      for (const name of names) {
        const key = `conformance/${crypto.randomUUID()}/${name}`;
        await finish(lab, await lab.open(cut(lab.capabilities, { count: 1 }), { key }));
      }
    },
  },
  {
    id: "begin/traversal-key",
    says: "a key that climbs is refused or is a name like any other, and never reaches another key",
    run: async (lab) => {
      const other = await lab.open(cut(lab.capabilities, { count: 1 }));
      await finish(lab, other);
      const key = `conformance/deep/../${other.target.key.slice("conformance/".length)}`;
      const climb = async (): Promise<void> =>
        finish(lab, await lab.open(cut(lab.capabilities, { count: 1 }), { key }));
      await climb().catch(() => {});
      await expectObject(lab, other, "object that the key climbs to");
    },
  },
];
