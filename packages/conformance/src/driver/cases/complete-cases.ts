import { expectBytes, expectRefused, expectSame, expectTrue } from "../../kit/expect.js";
import { breathe } from "../../kit/within.js";
import { type DriverCase, severalParts, withLeftovers } from "../driver-case.js";
import { expectNoObject, expectNothingLeft, expectObject } from "../expect-object.js";
import { cut, type Layout } from "../layout.js";

const empty: Layout = { size: 0, plan: { size: 0, chunkSize: 0, count: 1 }, ranges: [{ start: 0, end: 0 }] };

/** Whole or not at all, once, and never over something. */
export const completeCases: readonly DriverCase[] = [
  {
    id: "complete/idempotent",
    says: "completing again gives the same object",
    run: async (lab) => {
      const upload = await lab.open();
      const receipts = await upload.writeAll();
      const first = await upload.complete(receipts);
      expectSame(await upload.complete(receipts), first, "object of the second complete");
      await expectObject(lab, upload);
    },
  },
  {
    id: "complete/lost-answer",
    says: "who never heard of the completion and asks again, perhaps in another process, gets the same object",
    run: async (lab) => {
      const upload = await lab.open();
      const receipts = await upload.writeAll();
      const stop = new AbortController();
      const lost = upload.sink.complete(receipts, { signal: stop.signal });
      lost.catch(() => {});
      await breathe();
      stop.abort();
      await lab.soon(Promise.allSettled([lost]), "an aborted complete ends");
      const again = upload.through({ driver: lab.fixture.newInstance?.() ?? lab.driver });
      const object = await again.complete(receipts);
      expectSame([object.key, object.size], [upload.target.key, upload.target.size], "key and size of the object");
      expectSame(await upload.complete(receipts), object, "object of the third complete");
      await expectObject(lab, upload);
    },
  },
  {
    id: "complete/missing-part",
    says: "without all its parts an upload is UPLOAD_INCOMPLETE, shows nothing, and can go on",
    notFor: severalParts,
    run: async (lab) => {
      const upload = await lab.open();
      const first = await upload.write(0);
      const { ranges, size } = upload.layout;
      const error = await expectRefused(upload.complete([first]), ["UPLOAD_INCOMPLETE"], "complete without the end");
      expectSame(error.details, { missing: [{ start: ranges[0]?.end, end: size }] }, "what is missing");
      await expectNoObject(lab, upload, "after a refused complete");
      const rest = [];
      for (const index of ranges.keys()) if (index > 0) rest.push(await upload.write(index));
      await expectRefused(upload.complete(rest), ["UPLOAD_INCOMPLETE"], "complete without the beginning");
      await upload.complete([first, ...rest]);
      await expectObject(lab, upload);
    },
  },
  {
    id: "complete/atomic",
    says: "readers see no object or the whole one, at every moment of the completion",
    run: async (lab) => {
      const upload = await lab.open();
      const receipts = await upload.writeAll();
      await expectNoObject(lab, upload, "before complete");
      let isDone = false;
      const completion = upload.complete(receipts).finally(() => (isDone = true));
      while (!isDone) {
        const seen = await lab.fixture.readBack(upload.target.key);
        if (seen !== null) expectBytes(seen, upload.content, "object during the completion");
        await breathe(1);
      }
      await completion;
      await expectObject(lab, upload);
    },
  },
  {
    id: "complete/empty-object",
    says: "an empty object needs no receipt",
    run: async (lab) => {
      const upload = await lab.open(empty);
      expectSame((await upload.complete([])).size, 0, "size of the object");
      await expectObject(lab, upload);
      expectSame((await upload.complete([])).size, 0, "size when completed again");
    },
  },
  {
    id: "complete/empty-chunk",
    says: "an empty object may be one empty chunk",
    run: async (lab) => {
      const upload = await lab.open(empty);
      const receipt = await upload.write(0);
      expectSame([receipt.offset, receipt.size], [0, 0], "extent of the receipt");
      await upload.complete([receipt]);
      await expectObject(lab, upload);
    },
  },
  {
    id: "complete/never-overwrites",
    says: "an object of another upload at the key stays, and whoever comes second gets OBJECT_EXISTS",
    run: async (lab) => {
      const first = await lab.open(cut(lab.capabilities, { count: 1 }));
      await first.complete(await first.writeAll());
      const second = async (): Promise<unknown> => {
        const upload = await lab.open(cut(lab.capabilities, { count: 1 }), { key: first.target.key });
        return upload.complete(await upload.writeAll());
      };
      await expectRefused(second(), ["OBJECT_EXISTS"], "an upload to a taken key");
      await expectObject(lab, first, "the first upload's object");
    },
  },
  {
    id: "complete/leaves-nothing",
    says: "a complete upload leaves its object and nothing else",
    notFor: withLeftovers,
    run: async (lab) => {
      const upload = await lab.open();
      await upload.write(0);
      const receipts = await upload.writeAll();
      for (const receipt of receipts) await upload.sink.settled?.(receipt);
      await upload.complete(receipts);
      await expectNothingLeft(lab, "by a complete upload");
    },
  },
  {
    id: "complete/late-write",
    says: "a write after the completion changes nothing of the object",
    run: async (lab) => {
      const upload = await lab.open();
      const receipts = await upload.writeAll();
      await upload.complete(receipts);
      const body = { size: upload.layout.ranges[0]?.end ?? 0 };
      const other = new Uint8Array(body.size).fill(1);
      await upload.write(0, { body: { ...body, oneShot: false, stream: () => once(other) } }).catch(() => {});
      await expectObject(lab, upload, "object after a late write");
      const object = await upload.complete(receipts);
      expectTrue(object.size === upload.target.size, `size after a late write: ${object.size}`);
      await expectObject(lab, upload, "object after a late write, completed again");
    },
  },
];

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
