/**
 * The fields of an answer, with `no-transform` where ranges are to be had: a compressor in front (Next's own, Express'
 * `compression`, a proxy) would make a range of other bytes than its `Content-Range` says, and hide the length.
 */
export function untransformed(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (headers["accept-ranges"] !== "bytes" && headers["content-range"] === undefined) return headers;
  const given = headers["cache-control"];
  return { ...headers, "cache-control": given === undefined ? "no-transform" : `${given}, no-transform` };
}
