import { encodeName } from "../signature/percent.js";

/** Where a bucket answers. */
export interface BucketAddress {
  /** Scheme and host, with a port unless it is the scheme's own. */
  readonly origin: string;
  /** What precedes a key in the path: `/`, or `/bucket/`. Encoded. */
  readonly base: string;
  /** The one that it has: not always the one that was wished. */
  readonly style: "path" | "host";
}

/** Host of an endpoint, or of a bucket at it (virtual-hosted style). */
export interface BucketPlace {
  readonly bucket: string;
  /** `https://host[:port][/path]`. */
  readonly endpoint: string;
  /** `path`: the bucket is the first segment of the path; `host`: the first label of the host name. */
  readonly style: "path" | "host";
}

/** Amazon's endpoint of a region (China has a domain of its own). */
export function awsEndpoint(region: string): string {
  return `https://s3.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
}

/**
 * The address of a bucket. A name that cannot be a host label (dots break wildcard certificates) gets path style.
 *
 * @throws {TypeError} where the endpoint is no URL
 */
export function bucketAddress({ bucket, endpoint, style }: BucketPlace): BucketAddress {
  const url = new URL(endpoint);
  const root = url.pathname.replace(/\/+$/, "");
  const isLabel = /^[a-z0-9][a-z0-9-]*$/.test(bucket);
  if (style === "path" || !isLabel)
    return { origin: `${url.protocol}//${url.host}`, base: `${root}/${encodeName(bucket)}/`, style: "path" };
  return { origin: `${url.protocol}//${bucket}.${url.host}`, base: `${root}/`, style: "host" };
}
