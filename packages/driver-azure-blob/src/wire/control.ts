import {
  AnonymousCredential,
  BlobServiceClient,
  type BlockBlobClient,
  StorageSharedKeyCredential,
} from "@azure/storage-blob";
import type { CallOptions } from "@stowage/core";
import type { Account } from "../access/account.js";
import { type ErrorContext, type Failure, noAnswer, toUploadError } from "../errors.js";
import { within } from "./within.js";

/** What the service said: the output, or a refusal. */
export type Answer<Output> =
  | { readonly kind: "done"; readonly output: Output }
  | { readonly kind: "refused"; readonly failure: Failure };

/** Calls without bytes, by Azure's SDK. */
export interface Control {
  readonly service: BlobServiceClient;
  blob(name: string): BlockBlobClient;
  /** @throws {UploadError} where no answer came */
  ask<Output>(
    call: ErrorContext,
    options: CallOptions,
    send: (abortSignal: AbortSignal) => Promise<Output>,
  ): Promise<Answer<Output>>;
  /** A refusal is thrown, too. @throws {UploadError} `BACKEND_*` */
  demand<Output>(
    call: ErrorContext,
    options: CallOptions,
    send: (abortSignal: AbortSignal) => Promise<Output>,
  ): Promise<Output>;
}

const retryOptions = { maxTries: 3, retryDelayInMs: 100, maxRetryDelayInMs: 2_000 };

/** Of a call with all its tries: the SDK would wait for ever where nothing answers. The service has 60 s for its longest. */
const mostCallMs = 150_000;

/** Calls of the SDK may all be made again: each is the same when done twice, or refused by its condition. */
export function controlOf({ name, endpoint, proof }: Account, container: string, limitMs = mostCallMs): Control {
  const service = serviceOf();
  const containerClient = service.getContainerClient(container);
  const ask: Control["ask"] = async (call, { signal }, send) => {
    if (signal.aborted) throw signal.reason;
    try {
      return { kind: "done", output: await within(limitMs, { signal }, send) };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const failure = failureOf(error);
      if (failure === null) throw noAnswer(error, call.operation);
      return { kind: "refused", failure };
    }
  };
  return {
    service,
    blob: (blob) => containerClient.getBlockBlobClient(blob),
    ask,
    demand: async (call, options, send) => {
      const answer = await ask(call, options, send);
      if (answer.kind === "done") return answer.output;
      throw toUploadError(answer.failure, call);
    },
  };

  function serviceOf(): BlobServiceClient {
    switch (proof.kind) {
      case "key":
        return new BlobServiceClient(endpoint, new StorageSharedKeyCredential(name, proof.key), { retryOptions });
      case "sas":
        return new BlobServiceClient(`${endpoint}?${proof.sas}`, new AnonymousCredential(), { retryOptions });
      case "token":
        return new BlobServiceClient(endpoint, proof.credential, { retryOptions });
    }
  }
}

/** The parts of the SDK's errors that tell what the service said; by shape, as classes may be another copy's. */
interface RestError {
  readonly code?: string;
  readonly statusCode?: number;
  readonly response?: { readonly headers?: { get(name: string): string | undefined } };
}

/** What an error of the SDK says that the service said; `null` where no answer came. */
export function failureOf(error: unknown): Failure | null {
  if (typeof error !== "object" || error === null) return null;
  const { statusCode: status, response, code } = error as RestError;
  if (status === undefined) return null;
  const header = (name: string): string | null => response?.headers?.get(name) ?? null;
  const wait = header("retry-after");
  return {
    status,
    code: header("x-ms-error-code") ?? (code !== undefined && /^[A-Z][A-Za-z0-9]+$/.test(code) ? code : null),
    requestId: header("x-ms-request-id"),
    retryAfterMs: wait !== null && /^\d{1,6}$/.test(wait) ? Number(wait) * 1000 : null,
  };
}
