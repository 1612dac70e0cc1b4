import { describe, expect, test } from "@jest/globals";
import { byteBudget, type Receipt, UploadError } from "@stowage/core";
import { begin, calm, filled, memoryScene, targetOf, through } from "./scene.js";

/** Nothing is held. */
const none = { memory: byteBudget(0) };

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

describe("the end of an upload", () => {
  test("nothing is sent any more after a completion has failed", async () => {
    const { driver, gate, parts, read } = memoryScene({}, { cell: 10 }, none);
    const upload = await begin(driver, 200);
    const receipts: Receipt[] = [];
    for (let at = 0; at < 200; at += 5) receipts.push(await upload.write(at, filled(5, "a")));
    let asked = 0;
    gate.before = async () => {
      await rest(5);
      if (asked++ === 2) throw new UploadError("BACKEND_UNAVAILABLE", "reset", { driver: "memory" });
    };
    await expect(upload.sink.complete(receipts, calm)).rejects.toMatchObject({ code: "BACKEND_UNAVAILABLE" });
    const sent = parts.length;
    await rest(50);
    expect(parts).toHaveLength(sent);
    await upload.sink.complete(receipts, calm);
    expect(read(upload.target.key)).toBe("a".repeat(200));
  });

  test("what another process completes meanwhile is not lost", async () => {
    const { make, gate, read } = memoryScene({}, { cell: 10 }, none);
    const [one, two] = [make(), make()];
    const upload = await begin(one, 40);
    const { target, handle, sink } = upload;
    const receipts = [await upload.write(0, filled(35, "a")), await upload.write(35, filled(5, "a"))];
    let open = (): void => {};
    const opened = new Promise<void>((resolve) => (open = resolve));
    gate.before = () => opened;
    const late = sink.complete(receipts, calm);
    await rest(10);
    gate.before = () => Promise.resolve();
    const made = await through(two, handle, target).sink.complete(receipts, calm);
    open();
    expect(await late).toEqual(made);
    expect(read(target.key)).toBe("a".repeat(40));
  });

  test("an empty object whose size came late is completed twice", async () => {
    const { driver, backend, spool } = memoryScene({ deferredSize: false, passiveBegin: false }, { cell: 10 }, none);
    const { handle, target } = await begin(driver, null);
    const { sink } = through(driver, handle, { ...target, size: 0 });
    const made = await sink.complete([], calm);
    expect(await sink.complete([], calm)).toEqual(made);
    expect([...backend.uploads.keys(), ...spool.contents()]).toEqual([]);
  });

  test("whoever gives up does not wait longer than it wants for a backend that hangs", async () => {
    const { driver, gate } = memoryScene({}, { cell: 10 }, none);
    const upload = await begin(driver, 40);
    const receipts = [await upload.write(0, filled(5, "a")), await upload.write(5, filled(5, "a"))];
    gate.before = () => new Promise(() => {});
    for (const receipt of receipts) void upload.sink.settled?.(receipt);
    await rest(20);
    const aborting = driver.abort(upload.handle, upload.target, { signal: AbortSignal.timeout(20) });
    await expect(aborting).rejects.toMatchObject({ name: "TimeoutError" });
  });

  test("a body without a length may end where the last part does", async () => {
    const { driver, read } = memoryScene({ part: { maxCount: 2, maxSize: 10 } }, { cell: 10 }, none);
    const upload = await begin(driver, null, targetOf(null));
    async function* body(): AsyncGenerator<Uint8Array> {
      yield filled(20, "a");
    }
    const receipt = await upload.write(0, { size: null, oneShot: true, stream: body });
    const more = upload.write(20, { size: null, oneShot: true, stream: body });
    await expect(more).rejects.toMatchObject({ code: "OBJECT_TOO_LARGE" });
    await driver.sink(upload.handle, { ...upload.target, size: 20 }).complete([receipt], calm);
    expect(read(upload.target.key)).toBe("a".repeat(20));
  });
});
