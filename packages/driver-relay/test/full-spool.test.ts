import { expect, test } from "@jest/globals";
import { byteBudget, UploadError } from "@stowage/core";
import { begin, calm, filled, memoryScene } from "./scene.js";

test.each([{ kind: "any", maxParallel: 4 }, { kind: "sequential" }] as const)(
  "a spool without room for notes keeps its pieces, and is freed by completion: %p",
  async (ordering) => {
    const full = new UploadError("BACKEND_FULL", "no room", { driver: "relay" }, { retry: "same" });
    const { driver, parts, spool, read } = memoryScene({ ordering }, { cell: 10 }, { memory: byteBudget(0) }, () => ({
      putNote: () => Promise.reject(full),
    }));
    const upload = await begin(driver, 25);
    const receipts = [await upload.write(0, filled(25, "a"))];
    await upload.sink.settled?.(receipts[0]!);
    expect(spool.contents().filter((name) => name.includes("-10-"))).toHaveLength(2);
    await upload.sink.complete(receipts, calm);
    expect(new Set(parts)).toEqual(new Set(["0+10", "10+10", "20+5"]));
    expect(read(upload.target.key)).toBe("a".repeat(25));
    expect(spool.contents()).toEqual([]);
  },
);
