export type { S3Server, StorageServer } from "./storage-server.js";
export { startS3Simulator } from "./simulator/start-s3-simulator.js";
export type { S3Leftovers, S3Simulator, S3SimulatorOptions } from "./simulator/s3-simulator.js";
export type { S3Fault, S3FaultEffect } from "./simulator/faults/s3-fault.js";
export type { S3Operation } from "./simulator/http/operation.js";
export type { S3Credentials } from "./simulator/signature/credentials.js";
