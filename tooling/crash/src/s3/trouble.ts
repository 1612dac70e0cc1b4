import type { ProxyRule } from "@stowage/servers";

/**
 * What goes wrong between us and a bucket: about a third of all requests. Those that the server acts on all the same are
 * the ones that matter.
 */
export const trouble: readonly ProxyRule[] = [
  { method: "PUT", chance: 0.06, effect: { kind: "reset", bytes: 20_000 } },
  { chance: 0.08, effect: { kind: "drop-answer" } },
  { method: "POST", chance: 0.1, effect: { kind: "drop-answer" } },
  { chance: 0.05, effect: { kind: "truncate-answer", bytes: 40 } },
  { chance: 0.05, effect: { kind: "delay", ms: 30 } },
  { chance: 0.05, effect: { kind: "answer", status: 500, code: "InternalError" } },
  { chance: 0.05, effect: { kind: "answer", status: 503, code: "SlowDown", retryAfterSeconds: 1 } },
];
