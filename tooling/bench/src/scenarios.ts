import type { WireProtocol } from "./load-client.js";
import { tusOnS3, tusOnS3InOnePatch } from "./s3-subjects.js";
import { barePipeline, stowage, tusServer } from "./subjects.js";

/** A subject that others are measured by, round by round. */
export interface Reference {
  readonly subject: string;
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
  /** Only these protocols take part. */
  readonly protocols: readonly WireProtocol[];
  readonly against: readonly Reference[];
  /** Where the servers that take part store. Absent: in a folder. */
  readonly backend?: "s3";
}

const mib = 1024 * 1024;
/** The chunk size of the gateway's default policy: a server cuts, not its client. */
const chunk = 8 * mib;
const inChunks: readonly WireProtocol[] = ["cloudreve", "tus", "bare"];
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
    protocols: inChunks,
    against: others,
  },
  {
    id: "C",
    title: "16 files of 64 MiB at once, in chunks of 8 MiB",
    size: 64 * mib,
    chunk,
    count: 16,
    atOnce: 16,
    rate: "MiB/s",
    protocols: inChunks,
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
    protocols: [...inChunks, "tus-whole", "cloudreve-whole"],
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
    protocols: ["cloudreve", "image-store"],
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
    protocols: [...inChunks, "uploadx"],
    against: [
      { subject: tusOnS3, label: "× tus" },
      { subject: tusOnS3InOnePatch, label: "× tus, one PATCH" },
    ],
    backend: "s3",
  },
];
