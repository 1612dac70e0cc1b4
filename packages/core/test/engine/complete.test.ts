import { describe, expect, test } from "@jest/globals";
import { type StorageDriver, UploadError } from "../../src/index.js";
import { memoryDriver } from "../../src/memory/index.js";
import { failure, free, pattern, planned, readAll, rig, whole } from "./fixture.js";

/** A driver whose completion goes through the given function. */
function completing(complete: (inner: () => Promise<unknown>, call: number) => Promise<unknown>): StorageDriver {
  const inner = memoryDriver({});
  let calls = 0;
  return {
    ...inner,
    sink: (handle, target) => {
      const sink = inner.sink(handle, target);
      return {
        ...sink,
        write: sink.write.bind(sink),
        complete: (receipts, options) =>
          complete(() => sink.complete(receipts, options), ++calls) as ReturnType<typeof sink.complete>,
      };
    },
  };
}

/** Claims, but cannot renew. */
function once<Call extends (...given: never[]) => Promise<unknown>>(call: Call): Call {
  let calls = 0;
  return ((...given: Parameters<Call>) => (calls++ === 0 ? call(...given) : Promise.reject(new Error("down")))) as Call;
}

describe("complete", () => {
  test("runs once for many callers, in this process and in another", async () => {
    let calls = 0;
    const driver = completing(async (inner) => {
      calls++;
      await new Promise((resolve) => setTimeout(resolve, 30));
      return inner();
    });
    const first = rig({ driver });
    const second = rig({ driver, store: first.store });
    const { id } = await first.uploads.create(free(3));
    await first.uploads.write(id, { offset: 0 }, whole(pattern(3)));
    const objects = await Promise.all([first, first, second, second].map(({ uploads }) => uploads.complete(id)));
    expect(new Set(objects.map(({ key }) => key)).size).toBe(1);
    expect(calls).toBe(1);
    expect([...first.events, ...second.events].filter(({ type }) => type === "upload.completed")).toHaveLength(1);
  });

  test("goes on for those who wait, though the one who began it has gone", async () => {
    const driver = completing(async (inner, call) => {
      if (call === 1) await new Promise(() => {});
      return inner();
    });
    const impatient: StorageDriver = {
      ...driver,
      sink: (handle, target) => {
        const sink = driver.sink(handle, target);
        return {
          ...sink,
          complete: (receipts, options) =>
            Promise.race([
              sink.complete(receipts, options),
              new Promise<never>((_, reject) =>
                options.signal.addEventListener("abort", () => reject(options.signal.reason as Error)),
              ),
            ]),
        };
      },
    };
    const { uploads } = rig({ driver: impatient });
    const { id } = await uploads.create(free(3));
    await uploads.write(id, { offset: 0 }, whole(pattern(3)));
    const gone = new AbortController();
    const first = failure(uploads.complete(id, { signal: gone.signal }));
    const others = [uploads.complete(id), uploads.complete(id)];
    await new Promise((resolve) => setTimeout(resolve, 10));
    gone.abort(new UploadError("INTERRUPTED", "gone", { reason: "timeout" }));
    expect((await first).code).toBe("INTERRUPTED");
    expect(await Promise.all(others)).toMatchObject([{ size: 3 }, { size: 3 }]);
  });

  test("that outlived its claim tells the outcome of who took over", async () => {
    let wake = (): void => {};
    const asleep = new Promise<void>((resolve) => (wake = resolve));
    const driver = completing(async (inner, call) => {
      const object = await inner();
      if (call === 1) await asleep;
      return object;
    });
    const first = rig({ driver, timing: { leaseMs: 30 } });
    const stopped = {
      ...first.store,
      claim: (...given: Parameters<typeof first.store.claim>) => first.store.claim(...given),
    };
    const { id } = await first.uploads.create(free(3));
    await first.uploads.write(id, { offset: 0 }, whole(pattern(3)));
    const slow = rig({
      driver,
      store: { ...stopped, claim: once(stopped.claim) },
      timing: { leaseMs: 30 },
    }).uploads.complete(id);
    await new Promise((resolve) => setTimeout(resolve, 60));
    const object = await first.uploads.complete(id);
    wake();
    expect(await slow).toEqual(object);
    expect(first.events.filter(({ type }) => type === "upload.completed")).toHaveLength(1);
  });

  test("that fails for now is done again by whoever asks, or by the sweep", async () => {
    const down = new UploadError("BACKEND_UNAVAILABLE", "down", { driver: "memory" }, { retry: "after-probe" });
    const driver = completing((inner, call) => (call < 3 ? Promise.reject(down) : inner()));
    const { uploads, engine } = rig({ driver });
    const { id } = await uploads.create(planned(3));
    expect((await failure(uploads.write(id, { index: 0 }, whole(pattern(3))))).code).toBe("BACKEND_UNAVAILABLE");
    expect((await failure(uploads.write(id, { index: 0 }, whole(pattern(3))))).code).toBe("BACKEND_UNAVAILABLE");
    expect(await uploads.find({ path: "/a.bin" })).toBeNull();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await engine.sweep()).toMatchObject({ completed: 1, failed: 0 });
    expect((await uploads.find({ path: "/a.bin" }))?.version).toBe(id);
  });

  test("that can never succeed ends as aborted, tells its error again and leaves nothing", async () => {
    const driver = completing(() =>
      Promise.reject(new UploadError("BACKEND_LOST_UPLOAD", "gone", { driver: "memory" })),
    );
    const { uploads, events } = rig({ driver });
    const { id, target } = await uploads.create(planned(3));
    expect((await failure(uploads.write(id, { index: 0 }, whole(pattern(3))))).code).toBe("BACKEND_LOST_UPLOAD");
    expect((await failure(uploads.write(id, { index: 0 }, whole(pattern(3))))).code).toBe("BACKEND_LOST_UPLOAD");
    expect((await failure(uploads.complete(id))).code).toBe("BACKEND_LOST_UPLOAD");
    expect(events.at(-1)).toMatchObject({
      type: "upload.aborted",
      cause: { reason: "failed", error: { code: "BACKEND_LOST_UPLOAD" } },
    });
    expect(await driver.objects?.stat(target.key, { signal: new AbortController().signal })).toBeNull();
    expect(await uploads.usage()).toMatchObject({ reserved: 0, stored: 0 });
  });

  test("asks the hook, which reads the object that nobody else sees yet", async () => {
    const seen: string[] = [];
    const { uploads } = rig({
      hooks: {
        beforePublish: async (session, _object, body) => {
          seen.push((await readAll(body)).toString("hex"));
          expect(session.wire).toBeNull();
          if (session.entry?.path === "/virus") throw new UploadError("FORBIDDEN", "infected", { reason: "scan" });
        },
      },
    });
    const good = await uploads.create(planned(3, "/good"));
    await uploads.write(good.id, { index: 0 }, whole(pattern(3)));
    const bad = await uploads.create(planned(3, "/virus"));
    expect((await failure(uploads.write(bad.id, { index: 0 }, whole(pattern(3))))).code).toBe("FORBIDDEN");
    expect(seen).toEqual([Buffer.from(pattern(3)).toString("hex"), Buffer.from(pattern(3)).toString("hex")]);
    expect(await uploads.find({ path: "/virus" })).toBeNull();
  });

  test("replaces a file where it may, and its old bytes become garbage", async () => {
    const { uploads, engine, driver } = rig();
    const put = async (seed: number, options: object): Promise<string> => {
      const { id } = await uploads.create({ ...planned(3), ...options });
      await uploads.write(id, { index: 0 }, whole(pattern(3, seed)));
      return id;
    };
    const first = await put(1, {});
    const old = await uploads.find({ path: "/a.bin" });
    const second = await put(2, { onConflict: "replace", replaces: first });
    const now = await uploads.find({ path: "/a.bin" });
    expect(now).toMatchObject({ id: old?.id, version: second });
    expect((await failure(put(3, { onConflict: "replace", replaces: first }))).code).toBe("VERSION_CONFLICT");
    expect(await engine.sweep()).toMatchObject({ collected: 1 });
    expect(await driver.objects?.stat(old?.object?.key ?? "", { signal: new AbortController().signal })).toBeNull();
    expect(await readAll(await uploads.read({ entryId: now?.id ?? "" }, { start: 1, end: 3 }))).toEqual(
      Buffer.from(pattern(3, 2)).subarray(1),
    );
    expect(await uploads.usage()).toMatchObject({ reserved: 0, stored: 3 });
  });

  test("checks the whole object's digest, and gives up where it differs", async () => {
    const { uploads } = rig();
    const { id } = await uploads.create({ ...planned(3), checksum: { algorithm: "crc32", value: "AAAAAA==" } });
    expect((await failure(uploads.write(id, { index: 0 }, whole(pattern(3))))).code).toBe("CHECKSUM_MISMATCH");
    expect((await failure(uploads.complete(id))).code).toBe("CHECKSUM_MISMATCH");
  });
});
