/** All keys are Amazon's documented examples; nothing here opens anything. */
export const account = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};

/** 2026-01-02T03:04:05Z */
export const at = 1_767_323_045_000;
export const seconds = 3600;
export const key = "dir/a b+ü.bin";

const bucketHost = "examplebucket.s3.us-east-1.amazonaws.com";
const bySdk = { "x-id": "UploadPart", "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD" };

export interface UrlVector {
  readonly name: string;
  readonly method: string;
  readonly origin: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly sessionToken?: string;
  readonly signature: string;
}

/**
 * Signatures that `@aws-sdk/s3-request-presigner` made with its clock stopped at `at`; but for "minimal", which lacks what
 * the SDK always adds, and comes from a derivation by hand that gives the SDK's for all others.
 */
export const urlVectors: readonly UrlVector[] = [
  {
    name: "a part",
    method: "PUT",
    origin: `https://${bucketHost}`,
    path: "/dir/a%20b%2B%C3%BC.bin",
    query: { partNumber: "3", uploadId: "UPLOADID~1", ...bySdk },
    signature: "e741a3557160ecbae0b9fac425ae2261596aae57057aebc386fb448f9e4ce56d",
  },
  {
    name: "a part, minimal",
    method: "PUT",
    origin: `https://${bucketHost}`,
    path: "/dir/a%20b%2B%C3%BC.bin",
    query: { partNumber: "3", uploadId: "UPLOADID~1" },
    signature: "521a1aeb87202b2fce33053817a3b199a491841f1a006fdfe8801db1289c0d41",
  },
  {
    name: "path style and a port",
    method: "PUT",
    origin: "http://127.0.0.1:9000",
    path: "/examplebucket/dir/a%20b%2B%C3%BC.bin",
    query: { partNumber: "3", uploadId: "UPLOADID~1", ...bySdk },
    signature: "724f6ae8b56bea84e1128b6eefccfa561f0c79048c08d54702597414f1aee137",
  },
  {
    name: "a length that is bound",
    method: "PUT",
    origin: `https://${bucketHost}`,
    path: "/a.bin",
    query: { partNumber: "1", uploadId: "U1", ...bySdk },
    headers: { "content-length": "5242880" },
    signature: "ecba1630b5601afcedd3033dc83acf09d0e54db31239eaaae4017cdcac6e083c",
  },
  {
    name: "an MD5 that is bound",
    method: "PUT",
    origin: `https://${bucketHost}`,
    path: "/a.bin",
    query: { partNumber: "1", uploadId: "U1", ...bySdk },
    headers: { "content-md5": "XUFAKrxLKna5cZ2REBfFkg==" },
    signature: "3909e19b6304d32a3ffa78933a4615ed688838d325246791b0b5e16b2265122f",
  },
  {
    name: "a CRC that is bound",
    method: "PUT",
    origin: `https://${bucketHost}`,
    path: "/a.bin",
    query: { partNumber: "1", uploadId: "U1", ...bySdk },
    headers: { "x-amz-checksum-crc32c": "mnG7TA==" },
    signature: "5f48559ddb8e19ae747fcc3b80e56d5f65e457e82def42036bfa504941bd8726",
  },
  {
    name: "a session token",
    method: "PUT",
    origin: `https://${bucketHost}`,
    path: "/a.bin",
    query: { partNumber: "1", uploadId: "U1", ...bySdk },
    sessionToken: "TOK/EN==",
    signature: "3466939adf8a02e837ba65459f0380d8a99e086406cf41ae7c484750b65f00e6",
  },
  {
    name: "a completion",
    method: "POST",
    origin: `https://${bucketHost}`,
    path: "/a.bin",
    query: { uploadId: "U1", "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD" },
    signature: "294b979b2623653d6cf427cdddbf7bf1543a6bd9260d69f42f95f371a29290e8",
  },
];
