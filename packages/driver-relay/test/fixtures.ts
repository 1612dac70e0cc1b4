import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DriverFixture } from "@stowage/conformance";
import { memoryBackend, memoryDriver, type MemoryDriverOptions } from "@stowage/core/memory";
import { completeRuntime, type Runtime, type StorageDriver, UploadError } from "@stowage/core";
import { local } from "@stowage/driver-local";
import { blockFixture } from "../../conformance/test/block-driver.js";
import { directorySpool, memorySpool, relay, type RelayOptions, type Spool } from "../src/index.js";

/** Options of a relay but its spool. */
export type Wishes = Omit<RelayOptions, "spool">;

/** Names of files below a folder; `known`: those that are always there. */
export async function filesIn(folder: string, known: readonly string[] = []): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((name) => !known.includes(name))
    .toSorted();
}

/** A relay over a memory driver; each new instance has a spool in the same memory. */
export function memoryFixture(
  inner: MemoryDriverOptions,
  wishes: Wishes,
  runtime: Partial<Runtime>,
  around: (driver: StorageDriver) => StorageDriver = (driver) => driver,
): DriverFixture {
  const backend = memoryBackend();
  const spool = memorySpool();
  const make = (): StorageDriver =>
    relay(around(memoryDriver({ backend, ...inner }, runtime)), { spool, ...wishes }, runtime);
  return {
    driver: make(),
    newInstance: make,
    readBack: async (key) => backend.objects.get(key)?.bytes ?? null,
    leftovers: async () => [...backend.uploads.keys(), ...spool.contents()],
  };
}

/** A relay over a local disk, with a spool in a folder beside it. */
export async function localFixture(
  wishes: Wishes,
  runtime: Partial<Runtime>,
  durability: "process" | "disk" = "process",
  around: (driver: StorageDriver) => StorageDriver = (driver) => driver,
): Promise<DriverFixture> {
  const root = await mkdtemp(join(tmpdir(), "stowage-relay-"));
  const spoolPath = join(root, "spool");
  const others: StorageDriver[] = [];
  const make = (): StorageDriver => {
    const spool: Spool = directorySpool(spoolPath, { durability });
    const driver = relay(around(local({ root: join(root, "files") }, runtime)), { spool, ...wishes }, runtime);
    others.push(driver);
    return driver;
  };
  return {
    driver: make(),
    newInstance: make,
    readBack: (key) => readFile(join(root, "files", "objects", key)).catch(() => null),
    leftovers: async () => {
      const files = await filesIn(join(root, "files"));
      return [...files.filter((name) => !name.startsWith("objects/")), ...(await filesIn(spoolPath, ["id"]))];
    },
    close: async () => {
      for (const other of others) await other.close?.();
      await rm(root, { recursive: true });
    },
  };
}

/** A relay over a block store, which needs no fence. */
export function blocksFixture(wishes: Wishes, runtime: Partial<Runtime>): DriverFixture {
  const fixture = blockFixture(completeRuntime(runtime));
  const spool = memorySpool();
  const over = (inner: StorageDriver): StorageDriver => relay(inner, { spool, ...wishes }, runtime);
  return {
    ...fixture,
    driver: over(fixture.driver),
    newInstance: () => over(fixture.newInstance?.() ?? fixture.driver),
    leftovers: async () => [...((await fixture.leftovers?.()) ?? []), ...spool.contents()],
  };
}

/** The first attempt at each offset reads half of its body, and fails. */
export function failingOnce(inner: StorageDriver): StorageDriver {
  return {
    ...inner,
    sink: (handle, target) => {
      const [sink, failed] = [inner.sink(handle, target), new Set<number>()];
      return {
        ...sink,
        write: async (chunk, options) => {
          if (failed.has(chunk.offset)) return sink.write(chunk, options);
          failed.add(chunk.offset);
          let seen = 0;
          for await (const piece of chunk.body.stream()) {
            seen += piece.byteLength;
            if (seen * 2 >= (chunk.body.size ?? 0)) break;
          }
          throw new UploadError("BACKEND_UNAVAILABLE", "reset", { driver: "memory" }, { retry: "same" });
        },
      };
    },
  };
}

/** Two drivers that share nothing but backend and spool, as two processes have them. */
export function processes(fixture: DriverFixture): readonly StorageDriver[] {
  const other = fixture.newInstance?.();
  return other === undefined ? [fixture.driver] : [fixture.driver, other];
}

/** Every third part hangs for a while before it comes to the backend: long enough for its writer to be evicted and fenced out. */
export function hanging(inner: StorageDriver, hangMs: number): StorageDriver {
  let parts = 0;
  return {
    ...inner,
    sink: (handle, target) => {
      const sink = inner.sink(handle, target);
      return {
        ...sink,
        write: async (chunk, options) => {
          if (parts++ % 3 === 0) await new Promise((resolve) => setTimeout(resolve, hangMs));
          return sink.write(chunk, options);
        },
      };
    },
  };
}

/** A relay over another package's fixture, with a spool in a folder of its own. */
export async function overFixture(
  fixture: DriverFixture,
  wishes: Wishes,
  runtime: Partial<Runtime>,
): Promise<DriverFixture> {
  const folder = await mkdtemp(join(tmpdir(), "stowage-relay-"));
  const over = (inner: StorageDriver): StorageDriver =>
    relay(inner, { spool: directorySpool(folder), ...wishes }, runtime);
  return {
    ...fixture,
    driver: over(fixture.driver),
    newInstance: () => over(fixture.newInstance?.() ?? fixture.driver),
    leftovers: async () => [...((await fixture.leftovers?.()) ?? []), ...(await filesIn(folder, ["id"]))],
    close: async () => {
      await fixture.close?.();
      await rm(folder, { recursive: true });
    },
  };
}
