import type { ProxyRule } from "@stowage/servers";

/** What goes wrong on the way to a node, of its master and of clients: about a third of all requests, in both directions. */
export const troubleToNode: readonly ProxyRule[] = [
  { method: "POST", chance: 0.06, effect: { kind: "reset", bytes: 20_000 } },
  { chance: 0.08, effect: { kind: "drop-answer" } },
  { method: "POST", contains: "/complete", chance: 0.3, effect: { kind: "drop-answer" } },
  { chance: 0.05, effect: { kind: "truncate-answer", bytes: 20 } },
  { chance: 0.05, effect: { kind: "delay", ms: 100 } },
  { chance: 0.04, effect: { kind: "throttle", bytesPerSecond: 400_000 } },
  { chance: 0.05, effect: { kind: "answer", status: 502, code: "BadGateway" } },
];

const callback = { method: "POST", contains: "/callback/" } as const;

/** What goes wrong on the way back: more than half of all callbacks. */
export const troubleToMaster: readonly ProxyRule[] = [
  { ...callback, chance: 0.25, effect: { kind: "drop-answer" } },
  { ...callback, chance: 0.15, effect: { kind: "truncate-answer", bytes: 10 } },
  { ...callback, chance: 0.2, effect: { kind: "delay", ms: 300 } },
  { ...callback, chance: 0.15, effect: { kind: "answer", status: 503, code: "SlowDown" } },
];
