import type { Logger } from "@stowage/core";
import type { HttpExchange } from "@stowage/core/http";
import type { SentReport } from "./watch.js";

/** One line for each request, louder where the fault is ours. */
export function logRequest(
  log: Logger,
  { method, url }: HttpExchange,
  report: SentReport & { readonly requestId: string; readonly ms: number },
): void {
  const { requestId, ...rest } = report;
  // Without the query, which may hold a signature.
  const fields = { requestId, method, path: url.pathname.slice(0, 512), ...rest };
  if (report.status >= 500) log.warn(fields, "request");
  else log.info(fields, "request");
}
