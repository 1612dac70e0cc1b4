import { setTimeout as sleep } from "node:timers/promises";
import { UploadFailure } from "@stowage/client";
import type { Server } from "./server.js";

/** A server that restarts, or a line that breaks at this very moment, is asked again. */
const pausesMs = [300, 700, 1500];

/**
 * Whether there is a server that lets this user upload, before a file is touched.
 *
 * @throws {UploadFailure} `NETWORK`, `UNAUTHENTICATED`, `BAD_ANSWER` with what may be wrong with the address
 */
export async function greet(server: Server, signal: AbortSignal): Promise<void> {
  for (const pauseMs of [...pausesMs, null]) {
    try {
      await server.ask("GET", "/policies");
      return;
    } catch (error) {
      const failure = error as UploadFailure;
      if (signal.aborted) throw new UploadFailure("STOPPED", "stopped");
      if (failure.code === "NETWORK" && pauseMs !== null) await sleep(pauseMs, null, { signal }).catch(() => {});
      else throw explain(server, failure);
    }
  }
}

function explain({ address: { to } }: Server, failure: UploadFailure): UploadFailure {
  const { code, status, cause } = failure;
  if (code === "NETWORK") return new UploadFailure(code, `no answer from ${to}: is it running?`, { cause });
  if (code === "ROUTE_NOT_FOUND" || (code === "BAD_ANSWER" && status !== null && status < 500))
    return new UploadFailure("BAD_ANSWER", `no Stowage server takes uploads at ${to}: is the path right?`, { cause });
  return failure;
}
