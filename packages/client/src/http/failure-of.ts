import { UploadFailure } from "../failure.js";
import type { Answer } from "./exchange.js";

/** The failure that an answer is: a problem of the server's (RFC 9457), or a page of something in between. */
export function failureOf({ status, header, text }: Answer): UploadFailure {
  const problem = parse(text);
  const { code, title, detail = title, retryable, retryAfterMs, details } = problem ?? {};
  const isOurs = typeof code === "string";
  return new UploadFailure(
    isOurs ? code : "BAD_ANSWER",
    typeof detail === "string" ? detail : `HTTP status ${status}`,
    {
      status,
      retryable: isOurs ? retryable === true : status >= 500 || [408, 425, 429].includes(status),
      retryAfterMs: waitOf(retryAfterMs, header("retry-after")),
      details,
    },
  );
}

/** `null`: no JSON object. */
export function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? (value as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}

/** Milliseconds; the field has whole seconds, or a date. */
function waitOf(told: unknown, field: string | null): number | undefined {
  if (typeof told === "number") return told;
  if (field === null) return undefined;
  const ms = /^\d+$/.test(field) ? Number(field) * 1000 : Date.parse(field) - Date.now();
  return ms > 0 ? ms : undefined;
}
