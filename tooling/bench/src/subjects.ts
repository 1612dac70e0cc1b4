import { join } from "node:path";
import type { BucketAccess } from "./bucket-access.js";
import type { WireProtocol } from "./load-client.js";

/** A server that takes part. */
export interface Subject {
  readonly name: string;
  readonly protocol: WireProtocol;
  /** A Node program that listens on any free port of 127.0.0.1 and prints `ready at http://…` on stdout. */
  readonly program: string;
  /** `folder` is empty and the server's own; `bucket` is there where it stores in one. */
  readonly programArguments: (folder: string, bucket: BucketAccess | null) => readonly string[];
  /** Where it stores. Absent: in its folder. */
  readonly backend?: "s3";
  /** Bodies are not cut, whatever the scenario says. */
  readonly wholeBodies?: boolean;
}

const gateway = join(import.meta.dirname, "../../../apps/gateway/dist/main.js");
const gatewayArguments = (folder: string): readonly string[] => ["--port", "0", "--data", folder];
// Programs are compiled; this file may be run from its source by a test.
const peer = (name: string): string => join(import.meta.dirname, "../dist/peers", `${name}.js`);
const inFolder = (folder: string): readonly string[] => [folder];

/** The Cloudreve front-end, which our other front-ends are measured by. */
export const stowage = "stowage";
/** Names of the two that it is measured by itself. */
export const tusServer = "@tus/server";
export const barePipeline = "node:http pipeline";

/** In the order of the tables. */
export const subjects: readonly Subject[] = [
  { name: stowage, protocol: "cloudreve", program: gateway, programArguments: gatewayArguments },
  {
    name: "stowage, one request",
    protocol: "cloudreve-whole",
    program: gateway,
    programArguments: gatewayArguments,
  },
  { name: "stowage, image store", protocol: "image-store", program: gateway, programArguments: gatewayArguments },
  { name: tusServer, protocol: "tus", program: peer("tus-server"), programArguments: inFolder },
  {
    name: `${tusServer}, one request`,
    protocol: "tus-whole",
    program: peer("tus-server"),
    programArguments: inFolder,
  },
  { name: barePipeline, protocol: "bare", program: peer("bare-pipeline"), programArguments: inFolder },
];
