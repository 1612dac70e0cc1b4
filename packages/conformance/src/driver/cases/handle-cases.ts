import type { Json } from "@stowage/core";
import { expectRefused, expectSame } from "../../kit/expect.js";
import { type DriverCase, withNewInstance } from "../driver-case.js";
import { expectObject } from "../expect-object.js";

const foreign: readonly Json[] = [null, 7, "handle", [], {}, { version: 999 }, { key: 1, path: [], uploadId: {} }];

/** The handle, which is all that survives a restart. */
export const handleCases: readonly DriverCase[] = [
  {
    id: "handle/json-round-trip",
    says: "a handle is JSON, and as good after a round trip through the database",
    run: async (lab) => {
      const upload = await lab.open();
      const handle = JSON.parse(JSON.stringify(upload.handle)) as Json;
      expectSame(handle, upload.handle, "handle through JSON");
      const again = upload.through({ handle });
      await again.complete(await again.writeAll());
      await expectObject(lab, again);
    },
  },
  {
    id: "handle/new-instance",
    says: "an upload goes on in another process after each step",
    notFor: withNewInstance,
    run: async (lab) => {
      const upload = await lab.open();
      const next = (): typeof upload => {
        const driver = lab.fixture.newInstance?.() ?? lab.driver;
        const [handle, target] = [upload.handle, upload.target].map((each) => JSON.parse(JSON.stringify(each)));
        return upload.through({ driver, handle: handle as Json, target: target as typeof upload.target });
      };
      const receipts = [];
      for (const index of upload.layout.ranges.keys()) receipts.push(await next().write(index));
      await next().complete(receipts);
      await expectObject(lab, upload);
    },
  },
  {
    id: "handle/foreign",
    says: "what is no handle of this driver is refused as BACKEND_LOST_UPLOAD",
    run: async (lab) => {
      const upload = await lab.open();
      for (const handle of foreign) {
        const use = async (): Promise<unknown> => {
          const sink = lab.driver.sink(handle, upload.target);
          const chunk = upload.chunk(0);
          return sink.write(chunk, lab.options);
        };
        const fact = `write with the handle ${JSON.stringify(handle)}`;
        await lab.soon(expectRefused(use(), ["BACKEND_LOST_UPLOAD"], fact), fact);
      }
    },
  },
];
