import { pattern, stalling } from "../../kit/bodies.js";
import { expectRefused, expectSame, failureOf } from "../../kit/expect.js";
import { type DriverCase, withLeftovers } from "../driver-case.js";
import { expectNoObject, expectNothingLeft, expectObject, finish } from "../expect-object.js";
import { cut } from "../layout.js";

/** Giving up, and leaving nothing behind. */
export const abortCases: readonly DriverCase[] = [
  {
    id: "abort/idempotent",
    says: "giving up again, also what was never begun, is no error",
    run: async (lab) => {
      const { driver, options } = lab;
      const upload = await lab.open();
      await upload.write(0);
      for (let times = 0; times < 2; times++)
        await lab.soon(driver.abort(upload.handle, upload.target, options), "abort ends");
      await lab.soon(driver.abort(null, upload.target, options), "abort without a handle ends");
      await lab.soon(driver.abort(null, lab.target(upload.layout), options), "abort of what never began ends");
      await expectNoObject(lab, upload, "after abort");
    },
  },
  {
    id: "abort/leaves-nothing",
    says: "an upload that is given up leaves nothing behind",
    notFor: withLeftovers,
    run: async (lab) => {
      const upload = await lab.open();
      await upload.writeAll();
      await lab.soon(lab.driver.abort(upload.handle, upload.target, lab.options), "abort ends");
      await expectNothingLeft(lab, "by an aborted upload");
    },
  },
  {
    id: "abort/null-handle",
    says: "an upload whose handle was lost is found by its key and given up",
    notFor: withLeftovers,
    run: async (lab) => {
      const [upload, kept] = [await lab.open(), await lab.open()];
      await upload.write(0);
      await lab.soon(lab.driver.abort(null, upload.target, lab.options), "abort without a handle ends");
      await finish(lab, kept);
      await expectNothingLeft(lab, "by an upload that was aborted without its handle");
    },
  },
  {
    id: "abort/others-untouched",
    says: "giving one upload up leaves others alone, also one whose key begins with the same letters",
    run: async (lab) => {
      const key = `conformance/${crypto.randomUUID()}`;
      const one = cut(lab.capabilities, { count: 1 });
      const uploads = [await lab.open(one, { key: `${key}-longer` }), await lab.open(one, { key: `${key}.part` })];
      const doomed = await lab.open(one, { key });
      const receipts = [];
      for (const each of uploads) receipts.push(await each.writeAll());
      await doomed.writeAll();
      await lab.soon(lab.driver.abort(doomed.handle, doomed.target, lab.options), "abort ends");
      await lab.soon(lab.driver.abort(null, doomed.target, lab.options), "abort without a handle ends");
      for (const [at, each] of uploads.entries()) {
        await each.complete(receipts[at] ?? []);
        await expectObject(lab, each);
      }
    },
  },
  {
    id: "abort/then-complete",
    says: "an upload that was given up never becomes an object",
    run: async (lab) => {
      const upload = await lab.open();
      const receipts = await upload.writeAll();
      await lab.soon(lab.driver.abort(upload.handle, upload.target, lab.options), "abort ends");
      const codes = ["BACKEND_LOST_UPLOAD", "UPLOAD_INCOMPLETE"] as const;
      await expectRefused(upload.complete(receipts), codes, "complete after abort");
      await expectNoObject(lab, upload, "after abort");
    },
  },
  {
    id: "abort/then-write",
    says: "what a late writer leaves after an abort goes with the next one, and is never seen",
    run: async (lab) => {
      const upload = await lab.open();
      await upload.write(0);
      await lab.soon(lab.driver.abort(upload.handle, upload.target, lab.options), "abort ends");
      await upload.write(0).catch(() => {});
      await expectNoObject(lab, upload, "after a late write");
      await lab.soon(lab.driver.abort(null, upload.target, lab.options), "abort without a handle ends");
      await expectNothingLeft(lab, "by a write after the abort");
    },
  },
  {
    id: "abort/while-writing",
    says: "an abort beside a silent sender is over soon, and the write that ends later leaves nothing for long",
    run: async (lab) => {
      const upload = await lab.open();
      const end = upload.layout.ranges[0]?.end ?? 0;
      const { body, stalled, resume } = stalling(pattern(end), Math.floor(end / 2));
      const late = upload.sink.write(upload.chunk(0, { body }), lab.options);
      late.catch(() => {});
      await lab.soon(Promise.race([stalled, late]), "the first bytes are read");
      await lab.soon(lab.driver.abort(upload.handle, upload.target, lab.options), "abort ends");
      resume();
      await lab.soon(Promise.allSettled([late]), "the late write ends");
      await lab.soon(lab.driver.abort(null, upload.target, lab.options), "abort without a handle ends");
      await expectNoObject(lab, upload, "after abort");
      await expectNothingLeft(lab, "by a write beside the abort");
    },
  },
  {
    id: "memory/given-back",
    says: "whatever a write took of the memory budget is given back, however it ended",
    run: async (lab) => {
      const upload = await lab.open();
      await finish(lab, upload);
      const cancelled = await lab.open();
      const end = cancelled.layout.ranges[0]?.end ?? 0;
      const { body, stalled } = stalling(pattern(end), Math.floor(end / 2));
      const stop = new AbortController();
      const late = cancelled.sink.write(cancelled.chunk(0, { body }), { signal: stop.signal });
      late.catch(() => {});
      await lab.soon(Promise.race([stalled, late]), "the first bytes are read");
      stop.abort();
      await lab.soon(failureOf(late, "an aborted write"), "an aborted write ends");
      await lab.soon(lab.driver.abort(cancelled.handle, cancelled.target, lab.options), "abort ends");
      expectSame(lab.takenBytes(), 0, "bytes of the budget still taken");
    },
  },
];
