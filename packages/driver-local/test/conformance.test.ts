import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeDriver } from "@stowage/conformance/jest";
import type { Runtime } from "@stowage/core";
import { local, type LocalOptions } from "../src/index.js";

async function setup(options: Omit<LocalOptions, "root">, runtime: Runtime) {
  const root = await mkdtemp(join(tmpdir(), "stowage-conformance-"));
  const driver = local({ root, ...options }, runtime);
  const others: ReturnType<typeof local>[] = [];
  return {
    driver,
    newInstance: () => {
      const other = local({ root, ...options }, runtime);
      others.push(other);
      return other;
    },
    readBack: (key: string) => readFile(join(root, "objects", key)).catch(() => null),
    leftovers: async () => {
      const entries = await readdir(root, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
        .filter((name) => !name.startsWith("objects/"));
    },
    close: async () => {
      for (const other of others) await other.close?.();
      await rm(root, { recursive: true });
    },
  };
}

await describeDriver({
  name: "local, durability process",
  setup: (runtime) => setup({ durability: "process" }, runtime),
});

await describeDriver({
  name: "local, durability process, nothing synchronous",
  setup: (runtime) => setup({ durability: "process", syncBelow: 0 }, runtime),
});

await describeDriver({
  name: "local, durability disk",
  setup: (runtime) => setup({ durability: "disk" }, runtime),
});

await describeDriver({
  name: "local, without hard links",
  setup: (runtime) => setup({ hardLinks: "never" }, runtime),
});
