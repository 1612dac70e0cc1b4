import { describe, expect, test } from "@jest/globals";
import { byteBudget, fromStream } from "@stowage/core";
import { begin, calm, filled, memoryScene, through } from "./scene.js";

const none = { memory: byteBudget(0) };

describe("what counts", () => {
  test("nothing leaves the spool before it is settled, and no more is sent at completion than is left", async () => {
    const { driver, parts, read } = memoryScene({}, { cell: 10 }, none);
    const upload = await begin(driver, 25);
    const receipts = [];
    for (const [at, fill] of [
      [0, "a"],
      [5, "b"],
      [10, "c"],
      [20, "d"],
    ] as const)
      receipts.push(await upload.write(at, filled(at === 10 ? 10 : 5, fill)));
    expect(parts).toEqual([]);
    await upload.sink.settled?.(receipts[0]!);
    expect(parts).toEqual([]);
    await upload.sink.settled?.(receipts[1]!);
    expect(parts).toEqual(["0+10"]);
    await upload.sink.complete(receipts, calm);
    expect(parts.toSorted()).toEqual(["0+10", "10+10", "20+5"]);
    expect(read(upload.target.key)).toBe(`aaaaabbbbb${"c".repeat(10)}ddddd`);
  });

  test("bytes of a writer without a receipt are never in the object, also where they would fill a cell first", async () => {
    const { driver, parts, read } = memoryScene({}, { cell: 10 }, none);
    const upload = await begin(driver, 10);
    // Its receipt never came to the store.
    await upload.write(5, filled(5, "x"));
    const first = await upload.write(0, filled(5, "a"));
    await upload.sink.settled?.(first);
    expect(parts).toEqual([]);
    const second = await upload.write(5, filled(5, "b"));
    await upload.sink.settled?.(second);
    await upload.sink.complete([first, second], calm);
    expect(read(upload.target.key)).toBe("aaaaabbbbb");
  });

  test("a fill that was made of other pieces is made again", async () => {
    const { driver, parts, read } = memoryScene({}, { cell: 10 }, none);
    const upload = await begin(driver, 10);
    const [first, other, second] = [
      await upload.write(0, filled(5, "a")),
      await upload.write(5, filled(5, "x")),
      await upload.write(5, filled(5, "b")),
    ];
    await upload.sink.settled?.(first);
    // What no store says: two receipts of one extent.
    await upload.sink.settled?.(other);
    expect(parts).toEqual(["0+10"]);
    const again = await upload.write(0, filled(5, "a"));
    await upload.sink.complete([again, second], calm);
    expect(read(upload.target.key)).toBe("aaaaabbbbb");
  });

  test("a fill under the old handle does not take the pieces from the new one", async () => {
    const { driver, gate, read } = memoryScene({}, { cell: 10 }, none);
    const upload = await begin(driver, 10);
    const receipts = [await upload.write(0, filled(5, "a")), await upload.write(5, filled(5, "b"))];
    await upload.sink.settled?.(receipts[0]!);
    let open = (): void => {};
    gate.before = () => new Promise((resolve) => (open = resolve));
    const late = upload.sink.settled?.(receipts[1]!);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const handle = await driver.fence!(upload.handle, upload.target, calm);
    gate.before = () => Promise.resolve();
    open();
    await late;
    const next = through(driver, handle, upload.target);
    await next.sink.complete(receipts, calm);
    expect(read(upload.target.key)).toBe("aaaaabbbbb");
  });

  test("what was filled before a fence is not sent again after it", async () => {
    const { driver, parts, read } = memoryScene({}, { cell: 5 }, none);
    const upload = await begin(driver, 10);
    const first = await upload.write(0, filled(5, "a"));
    await upload.sink.settled?.(first);
    let handle = await driver.fence!(upload.handle, upload.target, calm);
    handle = await driver.fence!(handle, upload.target, calm);
    const next = through(driver, handle, upload.target);
    const second = await next.write(5, filled(5, "b"));
    await next.sink.complete([first, second], calm);
    expect(parts).toEqual(["0+5", "5+5"]);
    expect(read(upload.target.key)).toBe("aaaaabbbbb");
  });

  test("a cell goes on its way while its chunk comes, and what came of a broken one is kept", async () => {
    const { driver, parts, read } = memoryScene({}, { cell: 10 }, { memory: byteBudget(100) });
    const upload = await begin(driver, 30);
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield filled(10, "a");
      yield filled(7, "b");
      throw new Error("connection reset");
    }
    const first = await upload.write(0, fromStream(broken(), 30));
    expect(first.size).toBe(17);
    expect(parts).toEqual(["0+10", "10+10"]);
    const second = await upload.write(17, filled(13, "c"));
    await upload.sink.complete([first, second], calm);
    expect(parts).toEqual(["0+10", "10+10", "20+10", "10+10"]);
    expect(read(upload.target.key)).toBe("a".repeat(10) + "b".repeat(7) + "c".repeat(13));
  });

  test("two chunks that fill one cell at once send it once", async () => {
    const { driver, parts, read } = memoryScene({}, { cell: 10 }, none);
    const upload = await begin(driver, 10);
    const receipts = await Promise.all([upload.write(0, filled(5, "a")), upload.write(5, filled(5, "b"))]);
    await Promise.all([
      ...receipts.map((receipt) => upload.sink.settled?.(receipt)),
      upload.sink.complete(receipts, calm),
    ]);
    expect(parts).toEqual(["0+10"]);
    expect(read(upload.target.key)).toBe("aaaaabbbbb");
  });

  test("a piece that a list leaves out because it is just being settled is not taken for lost", async () => {
    const { driver, read } = memoryScene({}, { cell: 10 }, none, () => ({ pieces: () => Promise.resolve([]) }));
    const upload = await begin(driver, 10);
    const receipts = [await upload.write(0, filled(5, "a")), await upload.write(5, filled(5, "b"))];
    await upload.sink.complete(receipts, calm);
    expect(read(upload.target.key)).toBe("aaaaabbbbb");
  });

  test("an inner upload that began late and could not be noted is given up before the next begins", async () => {
    let isBroken = true;
    const broken = new Error("disk full");
    const inner = { deferredSize: false, passiveBegin: false };
    const { driver, backend, read } = memoryScene(inner, { cell: 10 }, none, (shelf) => ({
      putNote: (name, text) => (isBroken && name === "begun" ? Promise.reject(broken) : shelf.putNote(name, text)),
    }));
    const late = await begin(driver, null);
    const receipts = [await late.write(0, filled(5, "a"))];
    const { sink } = through(driver, late.handle, { ...late.target, size: 5 });
    await expect(sink.complete(receipts, calm)).rejects.toBe(broken);
    expect(backend.uploads.size).toBe(1);
    isBroken = false;
    await sink.complete(receipts, calm);
    expect(backend.uploads.size).toBe(0);
    expect(read(late.target.key)).toBe("aaaaa");
  });
});
