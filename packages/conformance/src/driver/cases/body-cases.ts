import type { Receipt } from "@stowage/core";
import { broken, pattern, piecewise, stalling } from "../../kit/bodies.js";
import { expectRefused, expectSame, expectTrue, failureOf } from "../../kit/expect.js";
import { all, type DriverCase, severalParts, where } from "../driver-case.js";
import type { DriverLab, Upload } from "../driver-lab.js";
import { expectObject, finish } from "../expect-object.js";
import { cut, isFreeOfGrid, partSize } from "../layout.js";

const anyCut = where(isFreeOfGrid, "parts have to fit a grid");

/** Bodies that break, lie, stall or have no length. */
export const bodyCases: readonly DriverCase[] = [
  {
    id: "write/broken-body-whole",
    says: "where a body that must be whole breaks off, its error comes back and nothing counts",
    run: async (lab) => {
      const upload = await lab.open();
      const reset = new Error("connection reset");
      const half = upload.content.subarray(0, Math.ceil((upload.layout.ranges[0]?.end ?? 0) / 2));
      const body = broken(half, upload.layout.ranges[0]?.end ?? null, reset);
      const error = await failureOf(upload.write(0, { body }), "write of a broken body");
      expectTrue(causedBy(error, reset), `the body's own error is lost: ${String(error)}`);
      await expectNotListed(lab, upload, "after a broken body");
      await finish(lab, upload);
    },
  },
  {
    id: "write/wrong-after-last-byte",
    says: "a body that turns out wrong after its last byte counts for nothing, and the right one takes its place",
    run: async (lab) => {
      const upload = await lab.open();
      const { start, end } = upload.layout.ranges[0] ?? { start: 0, end: 0 };
      const wrong = upload.content.slice(start, end).fill(0x55);
      const mismatch = new Error("digest differs");
      const error = await failureOf(
        upload.write(0, { body: broken(wrong, end - start, mismatch) }),
        "write of a wrong body",
      );
      expectTrue(causedBy(error, mismatch), `the body's own error is lost: ${String(error)}`);
      await finish(lab, upload);
    },
  },
  {
    id: "write/partial-chunk",
    says: "a body that breaks off leaves a receipt for all that it yielded, and the next goes on from there",
    notFor: all(
      where(({ partialChunks }) => partialChunks === true, "a broken body leaves nothing here"),
      anyCut,
    ),
    run: async (lab) => {
      const { capabilities } = lab;
      const upload = await lab.open(cut(capabilities, { count: 1, last: partSize(capabilities) }), { plan: null });
      const { content } = upload;
      const kept = Math.floor(content.byteLength / 2) - 1;
      const body = broken(content.subarray(0, kept), content.byteLength, new Error("connection reset"));
      const first = await upload.write(0, { body, whole: false, index: null, isLast: true });
      expectSame([first.offset, first.size], [0, kept], "extent of the partial receipt");
      const rest = { body: piecewise(content.subarray(kept)), offset: kept, whole: false, index: null, isLast: true };
      const second = await upload.write(0, rest);
      await upload.complete([first, second]);
      await expectObject(lab, upload);
    },
  },
  {
    id: "write/partial-chunk-refused",
    says: "where partial chunks are not declared, a broken body leaves no receipt",
    notFor: where(({ partialChunks }) => partialChunks !== true, "a broken body leaves a receipt here"),
    run: async (lab) => {
      const upload = await lab.open();
      const end = upload.layout.ranges[0]?.end ?? 0;
      const body = broken(upload.content.subarray(0, Math.ceil(end / 2)), end, new Error("connection reset"));
      await failureOf(upload.write(0, { body, whole: false }), "write of a broken body");
      await finish(lab, upload);
    },
  },
  {
    id: "write/unsized-body",
    says: "a body without a length is stored to its end",
    notFor: where(({ unsizedBody }) => unsizedBody === true, "bodies need a length here"),
    run: async (lab) => {
      const upload = await lab.open();
      const receipts: Receipt[] = [];
      for (const [index, { start, end }] of upload.layout.ranges.entries()) {
        const body = piecewise(upload.content.subarray(start, end), null);
        const receipt = await upload.write(index, { body });
        expectSame([receipt.offset, receipt.size], [start, end - start], `extent of chunk ${index}`);
        receipts.push(receipt);
      }
      await upload.complete(receipts);
      await expectObject(lab, upload);
    },
  },
  {
    id: "write/unsized-body-refused",
    says: "where bodies without a length are not declared, they are refused as UNSUPPORTED",
    notFor: where(({ unsizedBody }) => unsizedBody !== true, "bodies need no length here"),
    run: async (lab) => {
      const upload = await lab.open();
      const body = piecewise(upload.content.subarray(0, upload.layout.ranges[0]?.end), null);
      await expectRefused(upload.write(0, { body }), ["UNSUPPORTED"], "write without a length");
      await finish(lab, upload);
    },
  },
  {
    id: "write/truncated-body",
    says: "a body that ends before its length never gives a receipt for bytes that did not come",
    run: async (lab) => {
      const upload = await lab.open();
      const end = upload.layout.ranges[0]?.end ?? 0;
      const came = Math.floor(end / 2);
      const body = piecewise(upload.content.subarray(0, came), end);
      const receipt = await upload.write(0, { body }).catch(() => null);
      expectTrue((receipt?.size ?? 0) <= came, `receipt for ${receipt?.size} bytes, ${came} came`);
      await finish(lab, upload);
    },
  },
  {
    id: "write/oversize-body",
    says: "a body that goes on beyond its length never reaches the next chunk's bytes",
    notFor: severalParts,
    run: async (lab) => {
      const upload = await lab.open();
      const { content } = upload;
      const { ranges } = upload.layout;
      const end = ranges[0]?.end ?? 0;
      const over = new Uint8Array([...content.subarray(0, end), ...pattern(17, 99)]);
      const inOrder = lab.capabilities.ordering.kind === "sequential";
      const later: Receipt[] = [];
      if (!inOrder) for (const index of ranges.keys()) if (index > 0) later.push(await upload.write(index));
      const long = await upload.write(0, { body: piecewise(over, end) }).catch(() => null);
      expectTrue((long?.size ?? 0) <= end, `receipt for ${long?.size} bytes of a chunk of ${end}`);
      const first = await upload.write(0);
      if (inOrder) for (const index of ranges.keys()) if (index > 0) later.push(await upload.write(index));
      await upload.complete([first, ...later]);
      await expectObject(lab, upload);
    },
  },
  {
    id: "write/abort-mid-body",
    says: "the signal ends a write at once, also while the sender is silent, and nothing counts",
    run: async (lab) => {
      const upload = await lab.open();
      const end = upload.layout.ranges[0]?.end ?? 0;
      const { body, stalled } = stalling(upload.content.subarray(0, end), Math.floor(end / 2));
      const stop = new AbortController();
      const late = upload.sink.write(upload.chunk(0, { body, whole: false }), { signal: stop.signal });
      late.catch(() => {});
      await lab.soon(Promise.race([stalled, late]), "the first bytes are read");
      stop.abort();
      await lab.soon(failureOf(late, "an aborted write"), "an aborted write ends");
      await expectNotListed(lab, upload, "after an aborted write");
      await finish(lab, upload);
    },
  },
  {
    id: "write/aborted-before",
    says: "a signal that is aborted already lets nothing be written",
    run: async (lab) => {
      const upload = await lab.open();
      const late = upload.sink.write(upload.chunk(0), { signal: AbortSignal.abort() });
      await lab.soon(failureOf(late, "a write after the abort"), "an aborted write ends");
      await expectNotListed(lab, upload, "after an aborted write");
      await finish(lab, upload);
    },
  },
];

function causedBy(error: unknown, reason: unknown): boolean {
  for (let at: unknown = error; at !== undefined && at !== null; at = (at as { cause?: unknown }).cause)
    if (at === reason) return true;
  return false;
}

/** Where the backend lists its parts, this extent is not among them. */
async function expectNotListed(lab: DriverLab, { sink }: Upload, fact: string): Promise<void> {
  const probed = await lab.soon(sink.probe(lab.options), "probe ends");
  const parts = probed.kind === "open" ? (probed.parts ?? []) : [];
  expectSame(parts, [], `parts listed ${fact}`);
}
