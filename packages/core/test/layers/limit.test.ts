import { expect, test } from "@jest/globals";
import { type Chunk, fromBytes, type Receipt, type StorageDriver, type UploadTarget } from "../../src/index.js";
import { limit } from "../../src/layers/index.js";
import { memoryDriver } from "../../src/memory/index.js";

const options = { signal: new AbortController().signal };

interface Gated {
  readonly started: string[];
  readonly end: (key: string) => void;
  readonly stat: (key: string, signal?: AbortSignal) => Promise<unknown>;
}

/** A driver whose `stat` ends when it is told to. */
function gated(layer = limit(2)): Gated {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const inner = memoryDriver({});
  const objects = inner.objects as NonNullable<StorageDriver["objects"]>;
  const slow = (key: string): Promise<null> => {
    started.push(key);
    return new Promise((resolve, reject) => {
      ends.set(key, () => (key.startsWith("bad") ? reject(new Error(key)) : resolve(null)));
    });
  };
  const driver = layer({ ...inner, objects: { ...objects, stat: slow } });
  return {
    started,
    end: (key) => ends.get(key)?.(),
    stat: async (key, signal = options.signal) => driver.objects?.stat(key, { signal }),
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("so many at once, the others in the order in which they came", async () => {
  const { stat, started, end } = gated();
  const calls = ["a", "b", "c", "d"].map((key) => stat(key));
  await turn();
  expect(started).toEqual(["a", "b"]);
  end("b");
  await turn();
  expect(started).toEqual(["a", "b", "c"]);
  for (const key of ["a", "c", "d"]) {
    end(key);
    await turn();
  }
  end("d");
  await Promise.all(calls);
});

test("who fails makes room, and who gives up leaves the line", async () => {
  const { stat, started, end } = gated(limit(1));
  const bad = stat("bad");
  const stop = new AbortController();
  const gone = stat("gone", stop.signal);
  const last = stat("last");
  stop.abort(new Error("enough"));
  await expect(gone).rejects.toThrow("enough");
  end("bad");
  await expect(bad).rejects.toThrow("bad");
  await turn();
  expect(started).toEqual(["bad", "last"]);
  end("last");
  expect(await last).toBeNull();
});

test("one layer is one limit for all its drivers", async () => {
  const layer = limit(1);
  const [one, other] = [gated(layer), gated(layer)];
  const first = one.stat("1");
  const second = other.stat("2");
  await turn();
  expect([one.started, other.started]).toEqual([["1"], []]);
  one.end("1");
  await first;
  await turn();
  expect(other.started).toEqual(["2"]);
  other.end("2");
  await second;
});

test("slow senders leave a place for calls without a body", async () => {
  const inner = memoryDriver({});
  const begun: number[] = [];
  const write = (chunk: Chunk): Promise<Receipt> => new Promise(() => begun.push(chunk.offset));
  const target: UploadTarget = {
    sessionId: "s",
    key: "k",
    size: 3,
    plan: null,
    contentType: "",
    metadata: {},
    expiresAt: 0,
  };
  const driver = limit(2)({ ...inner, sink: (handle, of) => ({ ...inner.sink(handle, of), write }) });
  const handle = await driver.begin(target, options);
  const chunk = { index: null, isLast: false, whole: true, attempt: "a", body: fromBytes(new Uint8Array(1)) };
  for (const offset of [0, 1, 2]) void driver.sink(handle, target).write({ ...chunk, offset }, options);
  await turn();
  expect(begun).toEqual([0]);
  await driver.abort(handle, target, options);
  expect(await driver.objects?.stat("k", options)).toBeNull();
});
