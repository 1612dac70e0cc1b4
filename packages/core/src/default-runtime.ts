import { byteBudget } from "./byte-budget.js";
import { portableDigest } from "./checksum/digest.js";
import { UploadError } from "./errors.js";
import type { Clock, HttpClient, Logger, Runtime } from "./runtime.js";

const defaultMemoryBudget = 8 * 1024 * 1024;

/** Wall-clock time; timers that are not held keep no process alive that has nothing else to do. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal, held = false) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      if (!held && typeof timer === "object") timer.unref();
      signal.addEventListener("abort", done, { once: true });
    }),
};

/** Drops everything. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** `fetch`; bodies stream where the platform streams them. Node programs take `nodeRuntime()` instead, which costs less CPU. */
const fetchClient: HttpClient = async (request, { signal }) => {
  const { method, url, headers, body } = request;
  const init: RequestInit & { duplex?: "half" } = { method, headers: { ...headers }, signal, redirect: "manual" };
  if (body !== undefined) {
    init.body = ReadableStream.from(body.stream()) as unknown as NonNullable<RequestInit["body"]>;
    init.duplex = "half";
  }
  const response = await fetch(url, init).catch((cause: unknown) => {
    throw new UploadError(
      "BACKEND_UNAVAILABLE",
      `${method} ${new URL(url).host}: no answer`,
      { driver: "http" },
      { retry: "after-probe", cause },
    );
  });
  const length = response.headers.get("content-length");
  const stream = (): AsyncIterable<Uint8Array> => response.body ?? ReadableStream.from<Uint8Array>([]);
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: { size: length === null ? null : Number(length), oneShot: true, stream },
  };
};

/** Fills up what the caller did not inject. */
export function completeRuntime(given: Partial<Runtime> = {}): Runtime {
  return {
    clock: given.clock ?? systemClock,
    newId: given.newId ?? (() => crypto.randomUUID()),
    http: given.http ?? fetchClient,
    digest: given.digest ?? portableDigest,
    memory: given.memory ?? byteBudget(defaultMemoryBudget),
    log: given.log ?? silentLogger,
  };
}
