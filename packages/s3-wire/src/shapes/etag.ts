/** An entity tag without its quotes; some stores send none. Two tags are compared in this form. */
export function bareEtag(etag: string): string {
  return /^"(.*)"$/.exec(etag)?.[1] ?? etag;
}

/** With quotes, as RFC 9110 has it and stores want it back. */
export function quotedEtag(etag: string): string {
  return `"${bareEtag(etag)}"`;
}
