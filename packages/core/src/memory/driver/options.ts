import type { Ordering } from "../../driver.js";
import type { PartLimits } from "../../plan.js";
import type { Schema } from "../../schema.js";
import type { ChecksumAlgorithm } from "../../bytes.js";
import type { MemoryBackend } from "./memory-backend.js";

/** Everything is offered unless an option takes it away, so that tests make as narrow a driver as they need. */
export interface MemoryDriverOptions {
  /** Shared by several drivers, as a bucket is by several processes. Absent: one of its own. */
  readonly backend?: MemoryBackend;
  /** Absent: any order, 16 at a time. */
  readonly ordering?: Ordering;
  /** What is absent has no limit; `uniform` and `multipleOf` included. */
  readonly part?: Partial<PartLimits>;
  /** Bytes. */
  readonly maxObjectSize?: number;
  readonly deferredSize?: boolean;
  readonly unsizedBody?: boolean;
  readonly partialChunks?: boolean;
  /** `false`: the backend knows an upload from `begin` on, and takes no bytes for another. */
  readonly passiveBegin?: boolean;
  /** `true`: a chunk that is there is kept, and other bytes for it are refused. */
  readonly writeOnce?: boolean;
  /** Absent: none is verified here. */
  readonly checksums?: readonly ChecksumAlgorithm[];
  /** `false`: a write-only backend. */
  readonly objects?: boolean;
}

const flags = ["deferredSize", "unsizedBody", "partialChunks", "passiveBegin", "writeOnce", "objects"] as const;
const known: ReadonlySet<string> = new Set([...flags, "backend", "ordering", "part", "maxObjectSize", "checksums"]);

/** Checks what a caller without types gets wrong. */
export const memoryDriverSchema: Schema<MemoryDriverOptions> = {
  "~standard": {
    version: 1,
    vendor: "stowage",
    validate: (value) => {
      if (typeof value !== "object" || value === null) return { issues: [{ message: "must be an object" }] };
      const given = value as Readonly<Record<string, unknown>>;
      const unknown = Object.keys(given).filter((key) => !known.has(key));
      const wrong = flags.filter((key) => given[key] !== undefined && typeof given[key] !== "boolean");
      const issues = [
        ...unknown.map((key) => ({ message: "unknown option", path: [key] })),
        ...wrong.map((key) => ({ message: "must be a boolean", path: [key] })),
      ];
      return issues.length > 0 ? { issues } : { value: given as MemoryDriverOptions };
    },
  },
};
