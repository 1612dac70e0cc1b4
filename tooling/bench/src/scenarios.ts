import { stowageNode } from "./node-subjects.js";
import { stowageOnS3, stowageRelayedToS3, tusOnS3, tusOnS3InOnePatch, uploadxOnS3 } from "./s3-subjects.js";
import {
  barePipeline,
  imageStore,
  stowage,
  stowageInOneRequest,
  type Subject,
  tusServer,
  tusServerInOneRequest,
} from "./subjects.js";

/** A subject that others are measured by, round by round. */
export interface Reference {
  readonly subject: Subject;
  /** Heads the column of ratios. */
  readonly label: string;
}

/** A load. Sizes in bytes. */
export interface Scenario {
  readonly id: string;
  readonly title: string;
  /** Of each file. */
  readonly size: number;
  readonly chunk: number;
  /** Files in all. */
  readonly count: number;
  readonly atOnce: number;
  /** What is compared: bytes per second, or files per second. */
  readonly rate: "MiB/s" | "files/s";
  /** Who takes part, in the order of the table. */
  readonly subjects: readonly Subject[];
  readonly against: readonly Reference[];
  /** A copy of one file without any server takes part, too. */
  readonly withCopy?: boolean;
}

const mib = 1024 * 1024;
/** The chunk size of the gateway's default policy: a server cuts, not its client. */
const chunk = 8 * mib;
const others: readonly Reference[] = [
  { subject: tusServer, label: "× tus" },
  { subject: barePipeline, label: "× bare" },
];

/** B, C and E are the letters that the measurements before this bench used. */
export const scenarios: readonly Scenario[] = [
  {
    id: "B",
    title: "one file of 1 GiB in chunks of 8 MiB, one after the other",
    size: 1024 * mib,
    chunk,
    count: 1,
    atOnce: 1,
    rate: "MiB/s",
    subjects: [stowage, tusServer, barePipeline],
    against: others,
    withCopy: true,
  },
  {
    id: "C",
    title: "16 files of 64 MiB at once, in chunks of 8 MiB",
    size: 64 * mib,
    chunk,
    count: 16,
    atOnce: 16,
    rate: "MiB/s",
    subjects: [stowage, tusServer, barePipeline],
    against: others,
  },
  {
    id: "E",
    title: "2000 files of 16 KiB, 32 at once",
    size: 16 * 1024,
    chunk,
    count: 2000,
    atOnce: 32,
    rate: "files/s",
    subjects: [stowage, stowageInOneRequest, tusServer, tusServerInOneRequest, barePipeline],
    against: others,
  },
  {
    id: "R",
    title: "16 files of 64 MiB, 4 at once, in chunks of 8 MiB: by Content-Range beside the Cloudreve front-end",
    size: 64 * mib,
    chunk,
    count: 16,
    atOnce: 4,
    rate: "MiB/s",
    subjects: [stowage, imageStore],
    against: [{ subject: stowage, label: "× cloudreve" }],
  },
  {
    id: "s3",
    title: "one file of 1 GiB in chunks of 8 MiB, one after the other, into a bucket",
    size: 1024 * mib,
    chunk,
    count: 1,
    atOnce: 1,
    rate: "MiB/s",
    subjects: [stowageOnS3, tusOnS3, tusOnS3InOnePatch, uploadxOnS3],
    against: [
      { subject: tusOnS3, label: "× tus" },
      { subject: tusOnS3InOnePatch, label: "× tus, one PATCH" },
    ],
  },
  {
    id: "relay",
    title: "one file of 1 GiB in chunks of 8 MiB, one after the other, into a bucket: through a relay beside without",
    size: 1024 * mib,
    chunk,
    count: 1,
    atOnce: 1,
    rate: "MiB/s",
    subjects: [stowageOnS3, stowageRelayedToS3],
    against: [{ subject: stowageOnS3, label: "× without" }],
  },
  {
    id: "remote",
    title: "one file of 1 GiB in chunks of 8 MiB, one after the other: straight to a node beside a gateway",
    size: 1024 * mib,
    chunk,
    count: 1,
    atOnce: 1,
    rate: "MiB/s",
    subjects: [stowage, stowageNode],
    against: [{ subject: stowage, label: "× gateway" }],
  },
  {
    id: "remote-16",
    title: "16 files of 64 MiB, 4 at once, in chunks of 8 MiB: straight to a node beside a gateway",
    size: 64 * mib,
    chunk,
    count: 16,
    atOnce: 4,
    rate: "MiB/s",
    subjects: [stowage, stowageNode],
    against: [{ subject: stowage, label: "× gateway" }],
  },
];

/** All that take part in any of them. */
export const allSubjects: readonly Subject[] = [...new Set(scenarios.flatMap(({ subjects }) => subjects))];
