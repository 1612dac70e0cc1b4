import { startS3Simulator } from "./start-s3-simulator.js";
import type { S3Simulator, S3SimulatorOptions } from "./s3-simulator.js";

/** What a parent asks of a simulator in a process of its own, by the channel of `fork`. */
export interface SimulatorRequest {
  readonly id: number;
  readonly method: "calls" | "forgetCalls" | "setFaults" | "leftovers" | "setClockOffset";
  readonly value: unknown;
}

/** Its answer: what the method resolved with, or the text of what it threw. */
export interface SimulatorReply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

const simulator = await startS3Simulator(JSON.parse(process.argv[2] ?? "{}") as S3SimulatorOptions);
const { name, endpoint, virtualHost, region, bucket, accessKeyId, secretAccessKey } = simulator;
process.stdout.write(
  `${JSON.stringify({ name, endpoint, virtualHost, region, bucket, accessKeyId, secretAccessKey })}\n`,
);

const stop = (): void => void simulator.close().then(() => process.exit(0));
process.once("SIGTERM", stop);
process.once("SIGINT", stop);
if (process.send !== undefined) {
  process.once("disconnect", stop);
  process.on("message", (request: SimulatorRequest) => {
    const { id } = request;
    perform(simulator, request).then(
      (value) => process.send?.({ id, value } satisfies SimulatorReply),
      (error: unknown) => process.send?.({ id, error: String(error) } satisfies SimulatorReply),
    );
  });
}

async function perform(target: S3Simulator, { method, value }: SimulatorRequest): Promise<unknown> {
  switch (method) {
    case "calls":
      return target.calls();
    case "forgetCalls":
      return target.forgetCalls();
    case "leftovers":
      return target.leftovers();
    case "setFaults":
      return target.setFaults(value as Parameters<S3Simulator["setFaults"]>[0]);
    case "setClockOffset":
      return target.setClockOffset(value as number);
  }
}
