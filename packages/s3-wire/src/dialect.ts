/**
 * The names by which a member of the family spells the same things. Verbs, query parameters and the shapes of XML are
 * common to all; signatures are a `Signer`'s matter.
 */
export interface Dialect {
  /** Of the vendor's own headers: `x-amz-`, `x-oss-`. */
  readonly headerPrefix: string;
  /** Namespace of request bodies; `null` where the vendor has none. */
  readonly namespace: string | null;
}

/** Amazon S3, and all that speak exactly like it. */
export const s3Dialect: Dialect = {
  headerPrefix: "x-amz-",
  namespace: "http://s3.amazonaws.com/doc/2006-03-01/",
};

/** A vendor's header: `header(s3Dialect, "copy-source")`. */
export function header({ headerPrefix }: Dialect, name: string): string {
  return headerPrefix + name;
}
