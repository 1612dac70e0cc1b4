import { type ByteSource, bytes, type CallOptions, type HttpClient } from "@stowage/core";
import { encodeKey, type Failure, readFailure } from "@stowage/s3-wire";
import type { S3Context } from "../context.js";
import { noAnswer } from "../errors.js";

/** A request with bytes in it, or to it; the SDK's way costs four times the CPU. */
export interface WireRequest {
  readonly method: "GET" | "HEAD" | "PUT";
  /** The store's key; `null`: the bucket itself. */
  readonly key: string | null;
  readonly query?: Readonly<Record<string, string>>;
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: ByteSource;
}

type HttpAnswer = Awaited<ReturnType<HttpClient>>;

/** More than any error has. */
const mostErrorBytes = 64 * 1024;

/**
 * Signs and sends. The answer's body is the caller's to read.
 *
 * @throws {UploadError} `BACKEND_UNAVAILABLE`, `BACKEND_DENIED` without keys, and what the request's body throws
 */
export async function sendSigned(context: S3Context, request: WireRequest, options: CallOptions): Promise<HttpAnswer> {
  const { runtime, address } = context;
  const { method, key, query = {}, headers = {}, body } = request;
  const { signer } = await context.signing();
  const path = key === null ? address.base : address.base + encodeKey(key);
  const signable = { method, origin: address.origin, path, query, headers };
  const signed = signer.signHeaders(signable, runtime.clock.now());
  const search = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const url = `${address.origin}${path}${search.length === 0 ? "" : `?${search.join("&")}`}`;
  return runtime.http({ method, url, headers: signed, ...(body === undefined ? {} : { body }) }, options);
}

/** Reads an answer that is no success to its end, so that its connection is free again. */
export async function failureIn({ status, headers, body }: HttpAnswer): Promise<Failure> {
  const text = await bytes(body, mostErrorBytes).then(
    (read) => new TextDecoder().decode(read),
    () => "",
  );
  return readFailure(status, headers, text);
}

/** Reads an answer whose body does not matter. @throws {UploadError} where it does not come whole */
export async function drain({ body }: HttpAnswer, operation: string): Promise<void> {
  try {
    await bytes(body, mostErrorBytes);
  } catch (error) {
    throw noAnswer(error, operation);
  }
}
