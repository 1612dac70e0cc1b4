import { crossOrigin } from "../files/content-headers.js";
import type { Failure, Outcome } from "../wire/envelope.js";

/** A failure as S3 would print it: the web client shows `Message`, and breaks where there is none. */
export function printS3Error({ code, msg, retryAfterMs }: Failure): Outcome {
  const wait = retryAfterMs === undefined ? {} : { "retry-after": String(Math.ceil(retryAfterMs / 1000)) };
  return xmlAnswer(statusOf(code), `<Error><Code>${code}</Code><Message>${escape(msg)}</Message></Error>`, wait);
}

/** An answer in XML that pages of any origin may read: who has the signed URL has the right. */
export function xmlAnswer(status: number, element: string, headers: Readonly<Record<string, string>> = {}): Outcome {
  return {
    kind: "raw",
    answer: {
      status,
      headers: { ...crossOrigin, "content-type": "application/xml", "cache-control": "no-store", ...headers },
      body: `<?xml version="1.0" encoding="UTF-8"?>\n${element}`,
    },
  };
}

function statusOf(code: number): number {
  if (code === -1) return 503;
  if (code === 403) return 403;
  return code === 40011 ? 404 : 400;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
