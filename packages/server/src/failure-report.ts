import { isUploadError } from "@stowage/core";

/** Log fields of something thrown. Messages are written by anybody, so what looks like a secret is cut out of them. */
export function failureReport(error: unknown): Readonly<Record<string, unknown>> {
  if (typeof error !== "object" || error === null) return { error: typeof error };
  const { name, message, stack, code, cause } = error as Partial<
    Record<"name" | "message" | "stack" | "code" | "cause", unknown>
  >;
  return {
    error: typeof name === "string" ? name : "unknown",
    ...(typeof code === "string" ? { code } : {}),
    ...(typeof message === "string" ? { message: withoutSecrets(message) } : {}),
    ...(isUploadError(error) || typeof stack !== "string" ? {} : { at: frames(stack) }),
    ...(cause === undefined ? {} : { cause: failureReport(cause) }),
  };
}

/** Queries hold signatures, user parts of URLs hold passwords, and the rest says itself what it is. */
function withoutSecrets(message: string): string {
  return message
    .replace(/\?[^\s"'<>]+/g, "?…")
    .replace(/\/\/[^\s/@"']+@/g, "//…@")
    .replace(/\b(bearer|basic)\s+[^\s"',]+/gi, "$1 …")
    .replace(/\b(\w*(?:password|secret|token|signature|credential)\w*"?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;&]+)/gi, "$1…")
    .slice(0, 500);
}

/** Without the first line of a stack, which repeats the message. */
function frames(stack: string): readonly string[] {
  const lines = stack.split("\n").map((line) => line.trim());
  return lines.filter((line) => line.startsWith("at ")).slice(0, 12);
}
