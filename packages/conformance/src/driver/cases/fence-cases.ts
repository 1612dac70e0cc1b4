import type { Json } from "@stowage/core";
import { pattern, stalling, type StalledBody } from "../../kit/bodies.js";
import { expectSame } from "../../kit/expect.js";
import { all, type DriverCase, having, withLeftovers } from "../driver-case.js";
import type { DriverLab, Upload } from "../driver-lab.js";
import { expectNothingLeft, expectObject } from "../expect-object.js";

const fenced = having(({ driver }) => driver.fence !== undefined, "late bytes are harmless here: there is no fence");
const unfenced = (fixture: Parameters<typeof fenced>[0]): string | null =>
  fenced(fixture) === null ? "late bytes are fenced out" : null;

/** Writers that were evicted and write on. */
export const fenceCases: readonly DriverCase[] = [
  {
    id: "fence/late-bytes",
    says: "bytes that come through the old handle after the fence never reach what is receipted",
    notFor: fenced,
    run: async (lab) => {
      const upload = await lab.open();
      const late = await stuckWriter(lab, upload);
      const next = upload.through({ handle: await fence(lab, upload) });
      const receipts = await next.writeAll();
      await late.ends();
      await next.complete(receipts);
      await expectObject(lab, next);
    },
  },
  {
    id: "fence/late-after-complete",
    says: "bytes that come through the old handle after the completion never reach the object",
    notFor: fenced,
    run: async (lab) => {
      const upload = await lab.open();
      const late = await stuckWriter(lab, upload);
      const next = upload.through({ handle: await fence(lab, upload) });
      const receipts = await next.writeAll();
      await next.complete(receipts);
      await late.ends();
      await expectObject(lab, next);
    },
  },
  {
    id: "fence/keeps-receipted",
    says: "what was receipted before the fence is there after it, behind the new handle and the old",
    notFor: fenced,
    run: async (lab) => {
      const [lost, kept] = [await lab.open(), await lab.open()];
      for (const upload of [lost, kept]) {
        const receipts = await upload.writeAll();
        await fence(lab, upload);
        // A crash before the first new handle was stored: the engine has the old one, and fences again.
        const next = upload === lost ? upload : upload.through({ handle: await fence(lab, upload) });
        await next.complete(receipts);
        await expectObject(lab, next, upload === lost ? "object behind the old handle" : "object behind the new");
      }
    },
  },
  {
    id: "fence/complete-twice",
    says: "an upload that was fenced and went on is completed twice with one outcome",
    notFor: fenced,
    run: async (lab) => {
      const upload = await lab.open();
      const receipts = [await upload.write(0)];
      const next = upload.through({ handle: await fence(lab, upload) });
      for (const index of upload.layout.ranges.keys()) if (index > 0) receipts.push(await next.write(index));
      const first = await next.complete(receipts);
      const second = await next.complete(receipts);
      expectSame([second.key, second.size], [first.key, first.size], "key and size of the second completion");
      await expectObject(lab, next);
    },
  },
  {
    id: "fence/leaves-nothing",
    says: "complete and abort remove what every handle of the upload names",
    notFor: all(fenced, withLeftovers),
    run: async (lab) => {
      for (const end of ["complete", "abort"] as const) {
        const upload = await lab.open();
        const receipts = await upload.writeAll();
        const next = upload.through({ handle: await fence(lab, upload) });
        if (end === "complete") await next.complete(receipts);
        else await lab.soon(lab.driver.abort(next.handle, next.target, lab.options), "abort ends");
        await expectNothingLeft(lab, `by a fenced upload after ${end}`);
      }
    },
  },
  {
    id: "fence/not-needed",
    says: "without a fence, bytes of a writer that is late never reach what is receipted after it",
    notFor: unfenced,
    run: async (lab) => {
      const upload = await lab.open();
      const late = await stuckWriter(lab, upload);
      const receipts = await upload.writeAll();
      await late.ends();
      await upload.complete(receipts);
      await expectObject(lab, upload);
    },
  },
];

/** Sends other bytes for the first chunk, and stops in the middle. */
async function stuckWriter(lab: DriverLab, upload: Upload): Promise<{ ends(): Promise<void> }> {
  const end = upload.layout.ranges[0]?.end ?? 0;
  const { body, stalled, resume }: StalledBody = stalling(pattern(end, 4_242), Math.floor(end / 2));
  const late = upload.sink.write(upload.chunk(0, { body }), lab.options);
  late.catch(() => {});
  await lab.soon(Promise.race([stalled, late]), "the first bytes are read");
  return {
    ends: async () => {
      resume();
      await lab.soon(Promise.allSettled([late]), "the late write ends");
    },
  };
}

async function fence({ driver, options, soon }: DriverLab, { handle, target }: Upload): Promise<Json> {
  if (driver.fence === undefined) throw new Error("the driver has no fence any more");
  return soon(driver.fence(handle, target, options), "fence ends");
}
