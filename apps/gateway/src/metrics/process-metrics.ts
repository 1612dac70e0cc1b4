import { collectDefaultMetrics, Registry } from "prom-client";

let processWide: Registry | null = null;

/**
 * CPU, memory, descriptors, garbage collection and delay of the event loop, under prom-client's own names. There is one
 * process, however many gateways: what observes it starts with the first call, and is never stopped.
 */
export function processMetrics(): Registry {
  if (processWide !== null) return processWide;
  processWide = new Registry();
  collectDefaultMetrics({ register: processWide });
  return processWide;
}
