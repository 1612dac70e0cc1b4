import type { Checksum, ChecksumAlgorithm, ChecksumType } from "../checksum/algorithm.js";
import type { Content } from "../content/content.js";
import type { XmlElement } from "../xml/read-xml.js";
import type { CorsRule } from "../bucket/cors-rule.js";

/** A bucket. Keys are in the order in which they came; listings sort. */
export interface Bucket {
  readonly name: string;
  readonly createdAt: number;
  readonly objects: Map<string, StoredObject>;
  /** By upload id. */
  readonly uploads: Map<string, OpenUpload>;
  /** Ended uploads that still answer a repeated completion, by upload id: the answer's document. */
  readonly completed: Map<string, { readonly key: string; readonly parts: string; readonly answer: string }>;
  /** How often a key's object was removed. */
  readonly removals: Map<string, number>;
  cors: readonly CorsRule[] | null;
  lifecycle: readonly XmlElement[] | null;
}

/** An object. */
export interface StoredObject {
  readonly content: Content;
  /** With its quotes. */
  readonly etag: string;
  readonly modifiedAt: number;
  /** Fields that GET repeats: `content-type`, `x-amz-meta-…` and their like, lower-case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly checksum: (Checksum & { readonly type: ChecksumType }) | null;
  /** Sizes of its parts, in order; `null`: it came by one PUT. */
  readonly partSizes: readonly number[] | null;
}

/** A multipart upload that is neither complete nor aborted. */
export interface OpenUpload {
  readonly id: string;
  readonly key: string;
  readonly startedAt: number;
  readonly headers: Readonly<Record<string, string>>;
  /** `null`: the client chose none, and S3 its default. */
  readonly algorithm: ChecksumAlgorithm | null;
  readonly type: ChecksumType;
  /** By number. */
  readonly parts: Map<number, StoredPart>;
}

/** A part. */
export interface StoredPart {
  readonly number: number;
  readonly content: Content;
  readonly etag: string;
  readonly modifiedAt: number;
  /** Of the upload's algorithm. */
  readonly checksum: Checksum | null;
}

/** An empty one. */
export function newBucket(name: string, createdAt: number): Bucket {
  return {
    name,
    createdAt,
    objects: new Map(),
    uploads: new Map(),
    completed: new Map(),
    removals: new Map(),
    cors: null,
    lifecycle: null,
  };
}
