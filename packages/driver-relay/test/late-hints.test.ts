import { describe, expect, test } from "@jest/globals";
import { byteBudget } from "@stowage/core";
import { begin, calm, filled, memoryScene, through } from "./scene.js";

/** Nothing is held. */
const none = { memory: byteBudget(0) };

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

describe("a hint of a writer from before a fence", () => {
  test("sends a cell to the old handle only, and the new one keeps its pieces", async () => {
    const { driver, gate, read } = memoryScene({}, { cell: 10 }, none);
    const upload = await begin(driver, 10);
    const first = await upload.write(0, filled(5, "a"));
    const handle = await driver.fence!(upload.handle, upload.target, calm);
    const next = through(driver, handle, upload.target);
    const second = await next.write(5, filled(5, "b"));
    await next.sink.settled?.(second);
    const opened = rest(20);
    gate.before = () => opened;
    await Promise.all([upload.sink.settled!(first), next.sink.settled!(second)]);
    await next.sink.complete([first, second], calm);
    expect(read(upload.target.key)).toBe("aaaaabbbbb");
  });

  test.each([{ kind: "sequential" }, { kind: "any", maxParallel: 2 }] as const)(
    "that hangs at its backend holds nobody up: %p",
    async (ordering) => {
      const { driver, gate, read } = memoryScene({ ordering }, { cell: 10 }, none);
      const upload = await begin(driver, 30);
      const old = [await upload.write(0, filled(10, "a")), await upload.write(10, filled(5, "b"))];
      old.push(await upload.write(15, filled(5, "b")));
      gate.before = () => new Promise(() => {});
      for (const receipt of old) void upload.sink.settled?.(receipt);
      await rest(20);
      gate.before = () => Promise.resolve();
      const handle = await driver.fence!(upload.handle, upload.target, calm);
      const next = through(driver, handle, upload.target);
      const last = await next.write(20, filled(10, "c"));
      await next.sink.settled?.(last);
      await next.sink.complete([...old, last], calm);
      expect(read(upload.target.key)).toBe("a".repeat(10) + "b".repeat(10) + "c".repeat(10));
    },
  );
});
