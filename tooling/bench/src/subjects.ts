import type { BucketAccess } from "./bucket-access.js";
import type { WireProtocol } from "./load-client.js";
import { gateway, gatewayArguments, inFolder, peer } from "./programs.js";

/** A program that listens on any free port of 127.0.0.1. */
export interface ServerProgram<Beside> {
  /** For Node; prints `ready at http://…` on stdout. */
  readonly program: string;
  /** `folder` is empty and the server's own; `beside` is what it needs of others that run. */
  readonly programArguments: (folder: string, beside: Beside) => readonly string[];
}

/** A server that takes part. It is given a bucket where it stores in one. */
export interface Subject extends ServerProgram<BucketAccess | null> {
  readonly name: string;
  readonly protocol: WireProtocol;
  /** Where it stores. Absent: in its folder. */
  readonly backend?: "s3";
  /** Bodies are not cut, whatever the scenario says. */
  readonly wholeBodies?: boolean;
  /** Where uploads are opened, if not at the server itself: given its port. What that one costs is in nobody's figure. */
  readonly opener?: ServerProgram<number>;
}

/** The Cloudreve front-end, which our other front-ends are measured by. */
export const stowage: Subject = {
  name: "stowage",
  protocol: "cloudreve",
  program: gateway,
  programArguments: gatewayArguments,
};

/** The same, where the file comes with the request that opens it. */
export const stowageInOneRequest: Subject = {
  ...stowage,
  name: "stowage, one request",
  protocol: "cloudreve-whole",
};

/** By Content-Range. */
export const imageStore: Subject = { ...stowage, name: "stowage, image store", protocol: "image-store" };

/** What one would install today. */
export const tusServer: Subject = {
  name: "@tus/server",
  protocol: "tus",
  program: peer("tus-server"),
  programArguments: inFolder,
};

/** The same, where the file comes with the request that opens it. */
export const tusServerInOneRequest: Subject = {
  ...tusServer,
  name: "@tus/server, one request",
  protocol: "tus-whole",
};

/** A bound. */
export const barePipeline: Subject = {
  name: "node:http pipeline",
  protocol: "bare",
  program: peer("bare-pipeline"),
  programArguments: inFolder,
};
