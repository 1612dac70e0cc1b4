import type {
  CallOptions,
  Chunk,
  ChunkSink,
  DriverCapabilities,
  Json,
  Receipt,
  StorageDriver,
  StoredObject,
  UploadTarget,
} from "@stowage/core";
import { pattern, piecewise } from "../kit/bodies.js";
import type { ObservedRuntime } from "../kit/observed-runtime.js";
import { within } from "../kit/within.js";
import type { DriverFixture } from "./driver-fixture.js";
import { cut, type Layout } from "./layout.js";

/** What a driver's case works with: the fixture, and short words for an honest engine's calls. */
export interface DriverLab {
  readonly fixture: DriverFixture;
  readonly driver: StorageDriver;
  readonly capabilities: DriverCapabilities;
  /** Not aborted by anybody. */
  readonly options: CallOptions;
  takenBytes(): number;
  /** Fails where the promise takes longer than the kit's patience. */
  readonly soon: <Value>(promise: Promise<Value>, fact: string) => Promise<Value>;
  /** A target with a key and a session of its own. */
  target(layout: Layout, changes?: Partial<UploadTarget>): UploadTarget;
  open(layout?: Layout, changes?: Partial<UploadTarget>): Promise<Upload>;
}

/** An open upload and what it is to become. */
export interface Upload {
  readonly target: UploadTarget;
  readonly handle: Json;
  readonly sink: ChunkSink;
  readonly layout: Layout;
  readonly content: Uint8Array;
  /** One planned chunk, whole, as the engine sends it. */
  chunk(index: number, changes?: Partial<Chunk>): Chunk;
  write(index: number, changes?: Partial<Chunk>): Promise<Receipt>;
  /** All chunks, one after the other. */
  writeAll(): Promise<readonly Receipt[]>;
  complete(receipts: readonly Receipt[]): Promise<StoredObject>;
  /** The same upload through another driver, handle or target. */
  through(changes: Partial<Pick<Upload, "handle" | "target">> & { readonly driver?: StorageDriver }): Upload;
}

const lifeMs = 3_600_000;
let seeds = 0;

/** Makes the lab of one case. */
export function driverLab(fixture: DriverFixture, observed: ObservedRuntime, patienceMs: number): DriverLab {
  const { driver } = fixture;
  const { capabilities } = driver;
  const options: CallOptions = { signal: new AbortController().signal };
  const target = ({ size, plan }: Layout, changes: Partial<UploadTarget> = {}): UploadTarget => ({
    sessionId: crypto.randomUUID(),
    key: `conformance/${crypto.randomUUID()}`,
    size,
    plan,
    contentType: "application/octet-stream",
    metadata: {},
    expiresAt: Date.now() + lifeMs,
    ...changes,
  });
  const soon = <Value>(promise: Promise<Value>, fact: string): Promise<Value> => within(patienceMs, promise, fact);
  return {
    fixture,
    driver,
    capabilities,
    options,
    takenBytes: () => observed.takenBytes(),
    soon,
    target,
    open: async (layout = cut(capabilities), changes) => {
      const aim = target(layout, changes);
      const handle = await soon(driver.begin(aim, options), "begin ends");
      return openUpload({ driver, handle, target: aim, layout, content: pattern(layout.size, ++seeds), soon, options });
    },
  };
}

interface Parts extends Pick<Upload, "handle" | "target" | "layout" | "content"> {
  readonly driver: StorageDriver;
  readonly soon: DriverLab["soon"];
  readonly options: CallOptions;
}

function openUpload(parts: Parts): Upload {
  const { driver, handle, target, layout, content, soon, options } = parts;
  const sink = driver.sink(handle, target);
  const chunk = (index: number, changes: Partial<Chunk> = {}): Chunk => {
    const { start, end } = layout.ranges[index] ?? { start: 0, end: 0 };
    return {
      offset: start,
      index: target.plan === null ? null : index,
      isLast: target.size !== null && end === target.size,
      whole: true,
      attempt: crypto.randomUUID(),
      body: piecewise(content.subarray(start, end)),
      ...changes,
    };
  };
  const write = (index: number, changes?: Partial<Chunk>): Promise<Receipt> =>
    soon(sink.write(chunk(index, changes), options), `write of chunk ${index} ends`);
  return {
    target,
    handle,
    sink,
    layout,
    content,
    chunk,
    write,
    writeAll: async () => {
      const receipts: Receipt[] = [];
      for (const index of layout.ranges.keys()) receipts.push(await write(index));
      return receipts;
    },
    complete: (receipts) => soon(sink.complete(receipts, options), "complete ends"),
    through: (changes) => openUpload({ ...parts, ...changes }),
  };
}
