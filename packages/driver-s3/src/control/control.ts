import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import type { CallOptions } from "@stowage/core";
import type { Failure } from "@stowage/s3-wire";
import { type ErrorContext, noAnswer, toUploadError } from "../errors.js";
import { failureOf } from "./failure-of.js";

/** What a store said: the output, or a refusal. */
export type Answer<Output> =
  | { readonly kind: "done"; readonly output: Output }
  | { readonly kind: "refused"; readonly failure: Failure };

/** Sends through the SDK; the signal is the call's. */
export type Send<Output> = (client: S3Client, options: { readonly abortSignal: AbortSignal }) => Promise<Output>;

/** Calls without bytes, by Amazon's SDK. */
export interface Control {
  /** @throws {UploadError} where no answer came */
  ask<Output>(call: ErrorContext, options: CallOptions, send: Send<Output>): Promise<Answer<Output>>;
  /** A refusal is thrown, too. @throws {UploadError} `BACKEND_*` */
  demand<Output>(call: ErrorContext, options: CallOptions, send: Send<Output>): Promise<Output>;
  /** Keys for signatures of our own; remembered by the SDK until shortly before they run out. */
  credentials(): ReturnType<S3Client["config"]["credentials"]>;
  close(): void;
}

/** Calls in all, where making one again is harmless. */
const attempts = 3;

/** `config`: region, endpoint, style of addresses and keys. */
export function controlOf(config: S3ClientConfig): Control {
  const shared: S3ClientConfig = {
    ...config,
    // The defaults put CRCs of empty bodies into signed URLs, and chunked trailers around bodies, which stores refuse.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  };
  const client = withoutOperationNames(new S3Client({ ...shared, maxAttempts: attempts }));
  // A call that was answered by nobody may have begun an upload that nobody knows: whoever asked aborts by key.
  const once = withoutOperationNames(
    new S3Client({
      ...shared,
      maxAttempts: 1,
      credentials: client.config.credentials,
      requestHandler: client.config.requestHandler,
    }),
  );
  const ask = async <Output>(
    call: ErrorContext,
    { signal }: CallOptions,
    send: Send<Output>,
  ): Promise<Answer<Output>> => {
    if (signal.aborted) throw signal.reason;
    try {
      return { kind: "done", output: await send(call.isOnce === true ? once : client, { abortSignal: signal }) };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const failure = failureOf(error);
      if (failure === null) throw noAnswer(error, call.operation);
      return { kind: "refused", failure };
    }
  };
  return {
    ask,
    demand: async (call, options, send) => {
      const answer = await ask(call, options, send);
      if (answer.kind === "done") return answer.output;
      throw toUploadError(answer.failure, call);
    },
    credentials: () => client.config.credentials(),
    close: () => {
      once.destroy();
      client.destroy();
    },
  };
}

/** Without the SDK's `x-id` parameter, which S3 overlooks and Google's store takes amiss. */
function withoutOperationNames(client: S3Client): S3Client {
  client.middlewareStack.add(
    (next) => (args) => {
      const { request } = args as { request?: { query?: Record<string, unknown> } };
      if (request?.query !== undefined) delete request.query["x-id"];
      return next(args);
    },
    { step: "build", name: "stowageWithoutOperationNames" },
  );
  return client;
}
