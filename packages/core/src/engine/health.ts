import { isUploadError } from "../errors.js";
import type { Clock } from "../runtime.js";

/** Which policies' backends answered lately. */
export interface Health {
  isHealthy(policyId: string): boolean;
  /** What a driver call threw; anything but a failure of the backend is ignored. */
  failed(policyId: string, error: unknown): void;
  succeeded(policyId: string): void;
}

const failures: ReadonlySet<string> = new Set([
  "BACKEND_UNAVAILABLE",
  "BACKEND_DENIED",
  "BACKEND_FULL",
  "BACKEND_THROTTLED",
]);

/** A policy is unhealthy for `unhealthyMs` after its last failure, or until a call succeeds. */
export function trackHealth(clock: Clock, unhealthyMs: number): Health {
  const until = new Map<string, number>();
  return {
    isHealthy: (policyId) => (until.get(policyId) ?? 0) <= clock.now(),
    failed: (policyId, error) => {
      if (isUploadError(error) && failures.has(error.code)) until.set(policyId, clock.now() + unhealthyMs);
    },
    succeeded: (policyId) => {
      until.delete(policyId);
    },
  };
}
