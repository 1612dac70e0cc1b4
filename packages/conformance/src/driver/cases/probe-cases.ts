import { expectSame, expectTrue } from "../../kit/expect.js";
import type { DriverCase } from "../driver-case.js";

/** What the backend says that it holds. */
export const probeCases: readonly DriverCase[] = [
  {
    id: "probe/equals-receipts",
    says: "an open upload is open, and where the backend lists its parts they are the receipts",
    run: async (lab) => {
      const upload = await lab.open();
      const receipts = await upload.writeAll();
      const probed = await lab.soon(upload.sink.probe(lab.options), "probe ends");
      expectTrue(probed.kind === "open", `an open upload is ${probed.kind}`);
      if (probed.parts !== null) expectSame(probed.parts, receipts, "parts");
    },
  },
  {
    id: "probe/complete",
    says: "a complete upload is complete, with its object",
    run: async (lab) => {
      const upload = await lab.open();
      const object = await upload.complete(await upload.writeAll());
      const probed = await lab.soon(upload.sink.probe(lab.options), "probe ends");
      expectTrue(probed.kind === "complete", `a complete upload is ${probed.kind}`);
      expectSame([probed.object.key, probed.object.size], [object.key, object.size], "key and size of the object");
    },
  },
  {
    id: "probe/gone",
    says: "an upload that was given up is gone; open without parts at most where begin touches nothing",
    run: async (lab) => {
      const upload = await lab.open();
      await upload.write(0);
      await lab.soon(lab.driver.abort(upload.handle, upload.target, lab.options), "abort ends");
      const probed = await lab.soon(upload.sink.probe(lab.options), "probe ends");
      const isAsBegun = lab.capabilities.passiveBegin === true && probed.kind === "open";
      if (isAsBegun) expectSame(probed.parts ?? [], [], "parts after abort");
      else expectSame(probed.kind, "gone", "an aborted upload");
    },
  },
];
