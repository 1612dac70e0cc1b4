/** A key that the simulator knows. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials: requests must carry it. */
  readonly sessionToken?: string;
}
