/** A storage server that runs for a test, on loopback. Every kind of server has this much; what else one needs to use it, it adds. */
export interface StorageServer {
  /** Kind and version, as a test's title shows it: `swift 2.30.0`. */
  readonly name: string;
  /** `http://127.0.0.1:PORT`, without a slash at its end. */
  readonly endpoint: string;
  /** Ends the server and removes its data; safe to call again. Resolves when its processes are gone. */
  close(): Promise<void>;
}

/** A server that speaks S3, with a bucket made for the test. */
export interface S3Server extends StorageServer {
  readonly region: string;
  /** Exists and is empty. */
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}
