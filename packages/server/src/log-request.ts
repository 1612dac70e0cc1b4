import type { Logger } from "@stowage/core";
import type { SentReport } from "./watch.js";

/** What a line tells. The path is without the query, which may hold a signature. */
export interface LoggedRequest extends SentReport {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly ms: number;
}

/** One line for each request, louder where the fault is ours. */
export function logRequest(log: Logger, request: LoggedRequest): void {
  const fields = { ...request, path: request.path.slice(0, 512) };
  if (request.status >= 500) log.warn(fields, "request");
  else log.info(fields, "request");
}
