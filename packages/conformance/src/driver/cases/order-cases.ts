import type { Receipt } from "@stowage/core";
import { pattern, piecewise, stalling } from "../../kit/bodies.js";
import { expectRefused, expectSame } from "../../kit/expect.js";
import { all, anyOrder, type DriverCase, severalParts, where } from "../driver-case.js";
import { expectObject, finish } from "../expect-object.js";
import { cut, mostBytes, partSize } from "../layout.js";

/** Chunks, one after the other, in any order, side by side. */
export const orderCases: readonly DriverCase[] = [
  {
    id: "write/in-order",
    says: "chunks in order make the object, and each receipt names its extent",
    run: async (lab) => {
      const upload = await lab.open();
      const receipts = await upload.writeAll();
      const extents = receipts.map(({ offset, size }) => ({ start: offset, end: offset + size }));
      expectSame(extents, upload.layout.ranges, "extents of the receipts");
      const object = await upload.complete(receipts);
      expectSame([object.key, object.size], [upload.target.key, upload.target.size], "key and size of the object");
      await expectObject(lab, upload);
    },
  },
  {
    id: "write/any-order",
    says: "the last chunk may come first",
    notFor: all(anyOrder, severalParts),
    run: async (lab) => {
      const upload = await lab.open();
      const receipts: Receipt[] = [];
      for (const index of [...upload.layout.ranges.keys()].reverse()) receipts.unshift(await upload.write(index));
      await upload.complete(receipts);
      await expectObject(lab, upload);
    },
  },
  {
    id: "write/order-enforced",
    says: "a sequential backend refuses a chunk ahead of its turn, and takes it in its turn",
    notFor: all(
      where(({ ordering }) => ordering.kind === "sequential", "the backend takes chunks in any order"),
      severalParts,
    ),
    run: async (lab) => {
      const upload = await lab.open();
      const error = await expectRefused(upload.write(1), ["OFFSET_MISMATCH"], "chunk 1 before chunk 0");
      const actual = upload.layout.ranges[1]?.start;
      expectSame(error.details, { expected: 0, actual }, "what the refusal tells");
      await finish(lab, upload);
    },
  },
  {
    id: "write/other-bytes",
    says: "bytes that nobody was given a receipt for give way to others at their place",
    notFor: all(
      anyOrder,
      where(({ writeOnce }) => writeOnce !== true, "the backend keeps what it took first"),
    ),
    run: async (lab) => {
      const upload = await lab.open();
      const end = upload.layout.ranges[0]?.end ?? 0;
      await upload.write(0, { body: piecewise(pattern(end, 5_151)) });
      await finish(lab, upload);
    },
  },
  {
    id: "write/first-bytes-stay",
    says: "a backend that keeps what it took first keeps it, whatever comes for the same place",
    notFor: where(
      ({ writeOnce }) => writeOnce === true,
      "what nobody was given a receipt for gives way to others here",
    ),
    run: async (lab) => {
      const upload = await lab.open();
      const receipts = await upload.writeAll();
      const end = upload.layout.ranges[0]?.end ?? 0;
      await upload.write(0, { body: piecewise(pattern(end, 5_151)) }).catch(() => {});
      await upload.complete(receipts);
      await expectObject(lab, upload);
    },
  },
  {
    id: "write/parallel",
    says: "as many chunks at a time as declared make the right object",
    notFor: all(anyOrder, severalParts),
    run: async (lab) => {
      const { ordering } = lab.capabilities;
      const count = Math.min(ordering.kind === "any" ? ordering.maxParallel : 1, 4);
      const upload = await lab.open(cut(lab.capabilities, { count: Math.max(count, 2) }));
      const receipts: Receipt[] = [];
      const waiting = [...upload.layout.ranges.keys()];
      const worker = async (): Promise<void> => {
        for (let index = waiting.pop(); index !== undefined; index = waiting.pop())
          receipts[index] = await upload.write(index);
      };
      await Promise.all(Array.from({ length: count }, worker));
      await upload.complete(receipts);
      await expectObject(lab, upload);
    },
  },
  {
    id: "write/silent-sender-blocks-nobody",
    says: "while one upload's sender is silent, another upload runs to its end",
    run: async (lab) => {
      const slow = await lab.open(cut(lab.capabilities, { count: 1 }));
      const { body, stalled, resume } = stalling(slow.content, Math.floor(slow.content.byteLength / 2));
      const late = slow.sink.write(slow.chunk(0, { body }), lab.options);
      await lab.soon(Promise.race([stalled, late]), "the first bytes are read");
      await finish(lab, await lab.open());
      resume();
      await slow.complete([await lab.soon(late, "the slow write ends")]);
      await expectObject(lab, slow, "the slow upload's object");
    },
  },
  {
    id: "write/resend",
    says: "the same chunk sent again gives a receipt that is as good",
    run: async (lab) => {
      const upload = await lab.open();
      const receipts: Receipt[] = [];
      for (const index of upload.layout.ranges.keys()) {
        const first = await upload.write(index);
        const second = await upload.write(index);
        expectSame([second.offset, second.size], [first.offset, first.size], "extent of the second receipt");
        receipts.push(second);
      }
      await upload.complete(receipts);
      await expectObject(lab, upload);
    },
  },
  {
    id: "write/one-byte-last",
    says: "the last chunk may be one byte",
    notFor: severalParts,
    run: async (lab) => finish(lab, await lab.open(cut(lab.capabilities, { last: 1 }))),
  },
  {
    id: "write/single-chunk",
    says: "an object may be one chunk, also one smaller than the least part",
    run: async (lab) => finish(lab, await lab.open(cut(lab.capabilities, { count: 1, last: 1 }))),
  },
  {
    id: "write/at-min-part",
    says: "parts of the least size that is declared are accepted",
    notFor: all(
      severalParts,
      where((can) => partSize(can, 1) <= mostBytes / 3, "three least parts are more than the kit sends"),
    ),
    run: async (lab) =>
      finish(lab, await lab.open(cut(lab.capabilities, { each: partSize(lab.capabilities, 1), last: 1 }))),
  },
  {
    id: "write/at-max-part",
    says: "a part of the greatest size that is declared is accepted",
    notFor: where(({ part }) => part.maxSize <= mostBytes / 3, "the greatest part is more than the kit sends"),
    run: async (lab) => {
      const { capabilities } = lab;
      const each = partSize(capabilities, capabilities.part.maxSize);
      await finish(lab, await lab.open(cut(capabilities, { count: 2, each, last: 1 })));
    },
  },
  {
    id: "write/over-max-part-refused",
    says: "a part beyond the greatest size is refused",
    notFor: where(({ part }) => part.maxSize <= mostBytes / 3, "the greatest part is more than the kit sends"),
    run: async (lab) => {
      const size = lab.capabilities.part.maxSize + 1;
      const layout = { size, plan: { size, chunkSize: size, count: 1 }, ranges: [{ start: 0, end: size }] };
      const upload = await lab.open(layout);
      const receipt = await upload.write(0).catch(() => null);
      expectSame(receipt, null, "receipt of a part that is too large");
    },
  },
  {
    id: "write/at-max-count",
    says: "an object of as many parts as declared can be made",
    notFor: where(
      (can) => can.part.maxCount <= 64 && can.part.maxCount * partSize(can, 1) <= mostBytes,
      "the greatest number of parts is more than the kit sends",
    ),
    run: async (lab) => {
      const { capabilities } = lab;
      const count = capabilities.part.maxCount;
      await finish(lab, await lab.open(cut(capabilities, { count, each: partSize(capabilities, 1), last: 1 })));
    },
  },
  {
    id: "write/many-pieces",
    says: "a body in many small pieces, empty ones among them, is stored as sent",
    run: async (lab) => {
      const upload = await lab.open(cut(lab.capabilities, { count: 1 }));
      const { content } = upload;
      const step = Math.max(1, Math.floor(content.byteLength / 97));
      async function* stream(): AsyncGenerator<Uint8Array> {
        for (let at = 0; at < content.byteLength; at += step) {
          yield content.subarray(at, at + step);
          yield pattern(0);
        }
      }
      const body = { size: content.byteLength, oneShot: true, stream };
      await upload.complete([await upload.write(0, { body })]);
      await expectObject(lab, upload);
    },
  },
  {
    id: "write/settled-is-a-hint",
    says: "an upload is the same whether the engine calls settled or not",
    run: async (lab) => {
      const upload = await lab.open();
      const receipts = await upload.writeAll();
      for (const receipt of receipts.slice(0, -1)) await upload.sink.settled?.(receipt);
      await upload.complete(receipts);
      await expectObject(lab, upload);
      await finish(lab, await lab.open());
    },
  },
];
