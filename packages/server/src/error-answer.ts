import type { HttpAnswer } from "@stowage/core/http";

/**
 * An error of the server itself, as JSON: front-ends word their own. Such a page may be opened by a browser on the
 * origin of other people's files, so it forbids everything.
 */
export function errorAnswer(
  status: number,
  error: { readonly code: string; readonly message: string; readonly requestId: string },
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  return {
    status,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      ...headers,
    },
    body: JSON.stringify({ error }),
  };
}
