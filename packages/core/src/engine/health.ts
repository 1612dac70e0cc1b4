import { isUploadError } from "../errors.js";
import type { Clock } from "../runtime.js";

/** Which policies' backends answered lately. */
export interface Health {
  isHealthy(policyId: string): boolean;
  /** What a driver call threw; anything but a failure of the backend is ignored. */
  failed(policyId: string, error: unknown): void;
  succeeded(policyId: string): void;
  /** What the last ping said; `true` before the first. */
  isUp(policyId: string): boolean;
  up(policyId: string): void;
  /** Until a ping finds it up again, whatever else succeeds: a backend that is full still serves the uploads that it has. */
  down(policyId: string): void;
}

const failures: ReadonlySet<string> = new Set([
  "BACKEND_UNAVAILABLE",
  "BACKEND_DENIED",
  "BACKEND_FULL",
  "BACKEND_THROTTLED",
]);

/** A policy is unhealthy for `unhealthyMs` after its last failure, or until a call succeeds; and while its pings fail. */
export function trackHealth(clock: Clock, unhealthyMs: number): Health {
  const until = new Map<string, number>();
  const down = new Set<string>();
  return {
    isHealthy: (policyId) => !down.has(policyId) && (until.get(policyId) ?? 0) <= clock.now(),
    failed: (policyId, error) => {
      if (isUploadError(error) && failures.has(error.code)) until.set(policyId, clock.now() + unhealthyMs);
    },
    succeeded: (policyId) => {
      until.delete(policyId);
    },
    isUp: (policyId) => !down.has(policyId),
    up: (policyId) => void down.delete(policyId),
    down: (policyId) => void down.add(policyId),
  };
}
