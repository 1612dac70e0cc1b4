import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { HeadObjectCommand, UploadPartCommand } from "@aws-sdk/client-s3";
import type { CompletedPart, CreateMultipartUploadCommandInput } from "@aws-sdk/client-s3";
import { outcome, rest, whole } from "../dialect-case.js";
import type { DialectCase, Subject } from "../dialect-case.js";
import { openUpload } from "../multipart-calls.js";
import type { CaseUpload } from "../multipart-calls.js";

const ofWhole = base64Crc32(Buffer.concat([whole, rest]));
const digestOf = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();
const ofParts = `${createHash("sha256").update(digestOf(whole)).update(digestOf(rest)).digest("base64")}-2`;

function base64Crc32(bytes: Uint8Array): string {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(crc32(bytes));
  return buffer.toString("base64");
}

const sumOfWhole = { ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" } as const;
const sumOfParts = { ChecksumAlgorithm: "SHA256" } as const;

type Finish = (upload: CaseUpload, parts: readonly CompletedPart[]) => Promise<unknown>;

/** Two parts with checksums; shows the object's checksum, of a HEAD. */
function summed(id: string, s3: string, open: Partial<CreateMultipartUploadCommandInput>, finish: Finish): DialectCase {
  return {
    id,
    s3,
    observe: async (subject: Subject) => {
      const begun = openUpload(subject, id, open).then(async (upload) => {
        const parts = [await upload.part(1, whole), await upload.part(2, rest)];
        await finish(upload, parts);
        const at = { Bucket: subject.server.bucket, Key: id, ChecksumMode: "ENABLED" as const };
        const head = await subject.plain.send(new HeadObjectCommand(at));
        const sum = head.ChecksumCRC32 ?? head.ChecksumSHA256 ?? head.ChecksumCRC64NVME ?? "not told";
        return `${sum} ${head.ChecksumType ?? ""}`.trim();
      });
      return outcome(begun, (text) => text);
    },
  };
}

const withoutSums = (parts: readonly CompletedPart[]): CompletedPart[] =>
  parts.map(({ PartNumber = 0, ETag = "" }) => ({ PartNumber, ETag }));

/** Checksums of uploads: of the whole, and of their parts. */
export const completionChecksumCases: readonly DialectCase[] = [
  summed("sum/of-the-whole", `${ofWhole} FULL_OBJECT`, sumOfWhole, (upload, parts) => upload.complete(parts)),
  summed("sum/of-the-whole-declared", `${ofWhole} FULL_OBJECT`, sumOfWhole, (upload, parts) =>
    upload.complete(parts, { ChecksumCRC32: ofWhole, ChecksumType: "FULL_OBJECT" }),
  ),
  summed("sum/of-the-whole-wrong", "400 BadDigest", sumOfWhole, (upload, parts) =>
    upload.complete(parts, { ChecksumCRC32: "AAAAAA==", ChecksumType: "FULL_OBJECT" }),
  ),
  summed("sum/of-another-type", "400 BadDigest", sumOfWhole, (upload, parts) =>
    upload.complete(parts, { ChecksumCRC32: ofWhole, ChecksumType: "COMPOSITE" }),
  ),
  summed("sum/of-the-whole-parts-unnamed", `${ofWhole} FULL_OBJECT`, sumOfWhole, (upload, parts) =>
    upload.complete(withoutSums(parts)),
  ),
  summed("sum/of-the-parts", `${ofParts} COMPOSITE`, sumOfParts, (upload, parts) => upload.complete(parts)),
  summed("sum/of-the-parts-unnamed", "400 InvalidRequest", sumOfParts, (upload, parts) =>
    upload.complete(withoutSums(parts)),
  ),
  summed("sum/of-a-part-wrong", "400 InvalidPart", sumOfParts, (upload, parts) =>
    upload.complete(parts.map((part) => ({ ...part, ChecksumSHA256: Buffer.alloc(32).toString("base64") }))),
  ),
  {
    id: "sum/of-the-whole-without-those-of-parts",
    s3: ofWhole,
    observe: async (subject) => {
      const opened = openUpload(subject, "sum/of-the-whole-without-those-of-parts", sumOfWhole);
      const done = opened.then(async (upload) => {
        const bare = await openBare(subject, upload);
        return bare.ChecksumCRC32 ?? "not told";
      });
      return outcome(done, (text) => text);
    },
  },
];

/** Parts that carry nothing, and a completion with the checksum of the whole. */
async function openBare({ plain, server }: Subject, upload: CaseUpload) {
  const at = { Bucket: server.bucket, Key: upload.key, UploadId: upload.id };
  const parts: CompletedPart[] = [];
  for (const [index, Body] of [whole, rest].entries()) {
    const PartNumber = index + 1;
    const { ETag = "" } = await plain.send(new UploadPartCommand({ ...at, PartNumber, Body }));
    parts.push({ PartNumber, ETag });
  }
  return upload.complete(parts, { ChecksumCRC32: ofWhole, ChecksumType: "FULL_OBJECT" });
}
