import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { contentStore } from "./content/content-store.js";
import { faultRules } from "./faults/fault-rules.js";
import { handleRequest } from "./handle-request.js";
import type { Attendance } from "./handle-request.js";
import type { S3Operation } from "./http/operation.js";
import type { S3Leftovers, S3Simulator, S3SimulatorOptions } from "./s3-simulator.js";
import { newBucket } from "./state/bucket.js";
import type { Bucket } from "./state/bucket.js";
import type { Simulation } from "./state/simulation.js";

const madeUp = { accessKeyId: "AKIASIMULATOR0000001", secretAccessKey: "simulated/secret+that=opens-nothing/else" };

/** Starts a simulator of S3 in this process; resolves when it listens. */
export async function startS3Simulator(options: S3SimulatorOptions = {}): Promise<S3Simulator> {
  const { region = "us-east-1", bucket: name = "stowage", domain = "s3.localhost", etag = "md5" } = options;
  const credentials = options.credentials ?? [madeUp];
  let clockOffset = options.clockOffsetMs ?? 0;
  const now = (): number => Date.now() + clockOffset;
  const bucket = newBucket(name, now());
  const simulation: Simulation = {
    region,
    credentials,
    minPartSize: options.minPartSize ?? 5 * 1024 * 1024,
    realDigests: etag === "md5",
    answersAgain: options.repeatedCompletion !== "no-such-upload",
    buckets: new Map([[name, bucket]]),
    contents: contentStore(options.folder ?? tmpdir()),
    now,
  };
  const calls = new Map<S3Operation, number>();
  const counted = (operation: S3Operation): void => void calls.set(operation, (calls.get(operation) ?? 0) + 1);
  const faults = faultRules();
  faults.replace(options.faults ?? []);
  const server = await listen({ simulation, domain, faults, counted }, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  let closing: Promise<void> | null = null;
  return {
    name: "s3-simulator",
    endpoint: `http://127.0.0.1:${port}`,
    virtualHost: `${domain}:${port}`,
    region,
    bucket: name,
    accessKeyId: credentials[0].accessKeyId,
    secretAccessKey: credentials[0].secretAccessKey,
    calls: async () => Object.fromEntries(calls),
    forgetCalls: async () => calls.clear(),
    setFaults: async (next) => faults.replace(next),
    leftovers: async () => leftoversOf(bucket),
    setClockOffset: async (ms) => void (clockOffset = ms),
    close: () => (closing ??= closeAll(server, simulation)),
  };
}

async function listen(attendance: Attendance, port: number): Promise<Server> {
  const handle = (message: IncomingMessage, response: ServerResponse): void =>
    void handleRequest(message, response, attendance).catch(() => message.socket.destroy());
  // As S3 closes idle connections late, no test is about that; 256 KiB reads take less CPU than 64.
  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0, highWaterMark: 256 * 1024 }, handle);
  // A body that is refused unread is never asked for.
  server.on("checkContinue", handle);
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function leftoversOf(bucket: Bucket): S3Leftovers {
  return {
    uploads: [...bucket.uploads.values()].map(({ key, id, parts }) => ({
      key,
      id,
      parts: [...parts.keys()].sort((one, two) => one - two),
    })),
    objects: [...bucket.objects].map(([key, { content }]) => ({ key, size: content.size })),
  };
}

async function closeAll(server: Server, simulation: Simulation): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
  await simulation.contents.close();
}
