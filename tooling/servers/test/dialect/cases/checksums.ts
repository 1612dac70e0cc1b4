import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { PutObjectCommandInput } from "@aws-sdk/client-s3";
import { signedFetch } from "@stowage/servers";
import { outcome, statusOf } from "../dialect-case.js";
import type { DialectCase, Subject } from "../dialect-case.js";

const body = "123456789";

/** Published check values of "123456789" (for SHA: of node:crypto), in Base64. */
export const checkValues = {
  CRC32: Buffer.from("cbf43926", "hex").toString("base64"),
  CRC32C: Buffer.from("e3069283", "hex").toString("base64"),
  CRC64NVME: Buffer.from("ae8b14860a799888", "hex").toString("base64"),
  SHA1: createHash("sha1").update(body).digest("base64"),
  SHA256: createHash("sha256").update(body).digest("base64"),
} as const;

function put({ plain, server }: Subject, key: string, more: Partial<PutObjectCommandInput>) {
  return plain.send(new PutObjectCommand({ Bucket: server.bucket, Key: key, Body: body, ...more }));
}

const algorithms = Object.keys(checkValues) as (keyof typeof checkValues)[];

/** What a client says of the body of a PUT. */
export const checksumCases: readonly DialectCase[] = [
  {
    id: "checksum/md5-wrong",
    s3: "400 BadDigest",
    observe: (subject) =>
      outcome(put(subject, "checksum/md5-wrong", { ContentMD5: Buffer.alloc(16).toString("base64") })),
  },
  {
    id: "checksum/md5-is-none",
    s3: "400 InvalidDigest",
    observe: (subject) => outcome(put(subject, "checksum/md5-is-none", { ContentMD5: "bm9uZQ==" })),
  },
  ...algorithms.flatMap((algorithm): DialectCase[] => {
    const field = `Checksum${algorithm}` as "ChecksumCRC32";
    const right = `checksum/${algorithm.toLowerCase()}`;
    return [
      {
        id: right,
        s3: checkValues[algorithm],
        observe: (subject) =>
          outcome(put(subject, right, { [field]: checkValues[algorithm] }), (answer) => answer[field] ?? "not told"),
      },
      {
        id: `${right}-wrong`,
        s3: "400 BadDigest",
        observe: (subject) => {
          const wrong = Buffer.from(checkValues[algorithm], "base64").fill(1).toString("base64");
          return outcome(put(subject, `${right}-wrong`, { [field]: wrong }));
        },
      },
    ];
  }),
  {
    id: "checksum/is-none",
    s3: "400 InvalidRequest",
    observe: (subject) => outcome(put(subject, "checksum/is-none", { ChecksumCRC32: "bm9uZQ" })),
  },
  {
    id: "checksum/two",
    s3: "400 InvalidRequest",
    observe: (subject) => {
      const { CRC32, SHA1 } = checkValues;
      return outcome(put(subject, "checksum/two", { ChecksumCRC32: CRC32, ChecksumSHA1: SHA1 }));
    },
  },
  {
    id: "checksum/announced-only",
    s3: "400 InvalidRequest",
    observe: ({ server }) => {
      const headers = { "x-amz-sdk-checksum-algorithm": "CRC32" };
      return statusOf(
        signedFetch(server, { method: "PUT", path: `/${server.bucket}/checksum/announced-only`, headers, body }),
      );
    },
  },
  {
    id: "checksum/of-a-head",
    s3: `${checkValues.CRC32} FULL_OBJECT`,
    observe: async (subject) => {
      await put(subject, "checksum/of-a-head", { ChecksumCRC32: checkValues.CRC32 });
      const at = { Bucket: subject.server.bucket, Key: "checksum/of-a-head", ChecksumMode: "ENABLED" as const };
      const head = subject.plain.send(new HeadObjectCommand(at));
      return outcome(head, ({ ChecksumCRC32, ChecksumType }) =>
        `${ChecksumCRC32 ?? "not told"} ${ChecksumType ?? ""}`.trim(),
      );
    },
  },
  {
    id: "checksum/by-default",
    s3: checkValues.CRC64NVME,
    observe: (subject) =>
      outcome(put(subject, "checksum/by-default", {}), (answer) => answer.ChecksumCRC64NVME ?? "not told"),
  },
  {
    id: "checksum/in-a-trailer",
    s3: `${body}, no encoding`,
    observe: async ({ checking, server }) => {
      const at = { Bucket: server.bucket, Key: "checksum/in-a-trailer" };
      const stored = checking.send(
        new PutObjectCommand({ ...at, Body: Readable.from([Buffer.from(body)]), ContentLength: 9 }),
      );
      const read = stored.then(async () => {
        const answer = await checking.send(new GetObjectCommand(at));
        return `${await answer.Body?.transformToString()}, ${answer.ContentEncoding ?? "no encoding"}`;
      });
      return outcome(read, (text) => text);
    },
  },
  {
    id: "checksum/payload-hash-wrong",
    s3: "400 XAmzContentSHA256Mismatch",
    observe: ({ server }) => {
      const path = `/${server.bucket}/checksum/payload-hash-wrong`;
      return statusOf(signedFetch(server, { method: "PUT", path, body, wrong: { payloadHash: "0".repeat(64) } }));
    },
  },
];
