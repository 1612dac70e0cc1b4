import { afterEach, expect, test } from "@jest/globals";
import { UploadError } from "@stowage/core";
import type { StorageDriver } from "@stowage/core";
import { memoryDriver } from "@stowage/core/memory";
import { upload } from "../src/index.js";
import { openSite } from "./site.js";
import type { TestSite } from "./site.js";

let site: TestSite | undefined;
afterEach(() => site?.close());

/** A storage that is away for so many beginnings. */
function awayFor(times: number, retry: "same" | "after-probe"): StorageDriver {
  const inner = memoryDriver({ passiveBegin: false });
  let left = times;
  return {
    ...inner,
    begin: async (target, options) => {
      if (left-- > 0) throw new UploadError("BACKEND_UNAVAILABLE", "away", { driver: "memory" }, { retry });
      return inner.begin(target, options);
    },
    abort: async (handle, target, options) => {
      if (left >= 0) throw new UploadError("BACKEND_UNAVAILABLE", "away", { driver: "memory" }, { retry: "same" });
      return inner.abort(handle, target, options);
    },
  };
}

test.each(["same", "after-probe"] as const)(
  "an upload begins when its storage is back, whatever became of its first session (%s)",
  async (retry) => {
    site = await openSite({ policy: { driver: awayFor(2, retry) } });
    const told: string[] = [];
    const bytes = new Uint8Array(25_000).fill(7);
    const task = upload(new File([bytes], "late.bin"), {
      to: site.to,
      path: "/late.bin",
      token: "t",
      resume: null,
      backoffMs: 10,
      onRetry: ({ code }) => told.push(code),
    });
    expect(await task.done).toMatchObject({ path: "/late.bin" });
    expect(told).toContain("BACKEND_UNAVAILABLE");
    expect((await site.read("/late.bin"))?.equals(bytes)).toBe(true);
  },
);
