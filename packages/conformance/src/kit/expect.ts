import { type ErrorCode, isUploadError, type UploadError } from "@stowage/core";

/** Fails with the fact where it does not hold. */
export function expectTrue(holds: boolean, fact: string): asserts holds {
  if (!holds) throw new Error(fact);
}

/** Plain data, compared by content: realms, prototypes and the order of keys do not count. */
export function expectSame(actual: unknown, expected: unknown, fact: string): void {
  if (canonical(actual) === canonical(expected)) return;
  throw new Error(`${fact}: got ${canonical(actual)}, expected ${canonical(expected)}`);
}

/** Says where the first difference is. `null`: there are no bytes at all. */
export function expectBytes(actual: Uint8Array | null, expected: Uint8Array, fact: string): void {
  if (actual === null) throw new Error(`${fact}: nothing is there`);
  if (actual.byteLength !== expected.byteLength)
    throw new Error(`${fact}: ${actual.byteLength} bytes, expected ${expected.byteLength}`);
  const at = actual.findIndex((byte, index) => byte !== expected[index]);
  if (at !== -1) throw new Error(`${fact}: byte ${at} differs`);
}

/** The promise must reject with an `UploadError` of one of the codes, which comes back. */
export async function expectRefused(
  promise: Promise<unknown>,
  codes: readonly ErrorCode[],
  fact: string,
): Promise<UploadError> {
  const error = await failureOf(promise, fact);
  if (isUploadError(error) && codes.includes(error.code)) return error as UploadError;
  const got = isUploadError(error) ? error.code : String(error);
  throw new Error(`${fact}: rejected with ${got}, expected ${codes.join(" or ")}`);
}

/** The promise must reject, with whatever it likes. */
export async function failureOf(promise: Promise<unknown>, fact: string): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`${fact}: resolved with ${canonical(value)}`);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (isPlain(inner) ? sorted(inner) : inner)) ?? String(value);
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sorted(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
