/** What an operation answers. */
export interface S3Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A document, or `size` bytes of content. `null`: nothing, and for HEAD the headers of what would have come. */
  readonly body: string | { readonly size: number; readonly bytes: AsyncIterable<Uint8Array> } | null;
}

/** An answer without content. */
export function emptyAnswer(status: number, headers: Readonly<Record<string, string>> = {}): S3Answer {
  return { status, headers, body: null };
}

/** A document, 200. */
export function xmlAnswer(body: string, headers: Readonly<Record<string, string>> = {}): S3Answer {
  return { status: 200, headers: { "content-type": "application/xml", ...headers }, body };
}
