import type { PartLimits } from "@stowage/core";

/** How stores that speak S3 differ, as far as it matters to uploads. */
export interface Preset {
  /** Where the bucket's name goes: into the host name or into the path. */
  readonly addressing: "host" | "path";
  readonly part: PartLimits;
  readonly maxObjectSize: number;
  /**
   * How a completion is kept from writing over an object: by the store (`If-None-Match: *`), or by looking first, which
   * costs one request and leaves a moment between the two (keys are unguessable and never used twice).
   */
  readonly overwriting: "refused-by-store" | "looked-for";
  /**
   * `crc32`: uploads are begun with a CRC-32 of the full object, which the store combines from its parts and compares at
   * completion; parts held in memory carry theirs in a header.
   */
  readonly checksum: "crc32" | "none";
  /** Whether a part can be copied from a stored object (UploadPartCopy); else its bytes go through us. */
  readonly copying: "in-store" | "through-us";
}

const mebibyte = 1024 * 1024;
const tebibyte = mebibyte * mebibyte;
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
const part: PartLimits = { minSize: 5 * mebibyte, maxSize: 5 * 1024 * mebibyte, maxCount: 10_000 };

const compatible: Preset = {
  addressing: "path",
  part,
  maxObjectSize: 5 * tebibyte,
  overwriting: "looked-for",
  checksum: "none",
  copying: "in-store",
};

/** Named by store; whatever is not here is `generic`. */
export const presets = {
  // 48.8 TiB is 10,000 parts of 5 GiB. Full-object CRCs ask for no checksum of a part, so those that stream, and those
  // that clients send directly, may go without.
  aws: {
    ...compatible,
    addressing: "host",
    maxObjectSize: part.maxSize * part.maxCount,
    overwriting: "refused-by-store",
    checksum: "crc32",
  },
  // Conditional completion since May 2024 (https://github.com/minio/minio/pull/19713); no CRC-32 of full objects.
  minio: { ...compatible, overwriting: "refused-by-store" },
  // Releases 16 and 18 overlook If-None-Match at completion.
  ceph: compatible,
  // https://developers.cloudflare.com/r2/api/s3/conditional-operations/; of full objects CRC-64/NVME only; parts of one
  // size (https://developers.cloudflare.com/r2/objects/multipart-objects/).
  r2: { ...compatible, part: { ...part, uniform: true }, overwriting: "refused-by-store" },
  b2: compatible,
  // Its XML interface has no UploadPartCopy.
  gcs: { ...compatible, copying: "through-us" },
  generic: compatible,
} as const satisfies Readonly<Record<string, Preset>>;

/** Names of presets. */
export type PresetName = keyof typeof presets;
