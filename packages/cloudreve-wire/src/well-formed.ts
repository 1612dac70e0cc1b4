/** Half a surrogate pair has no UTF-8: it becomes U+FFFD, as encoders write it. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\uFFFD");
}
