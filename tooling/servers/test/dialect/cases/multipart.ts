import { request } from "node:http";
import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { ListMultipartUploadsCommandInput } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { outcome, rest, whole } from "../dialect-case.js";
import type { DialectCase, Subject } from "../dialect-case.js";
import { openUpload } from "../multipart-calls.js";
import { checkValues } from "./checksums.js";

const small = Buffer.from("123456789");
const nowhere = "00000000000000000000000000000000";

async function aborted({ plain, server }: Subject, key: string, id: string): Promise<void> {
  await plain.send(new AbortMultipartUploadCommand({ Bucket: server.bucket, Key: key, UploadId: id }));
}

/** Sends a part to an upload that was made for the case. */
function part(id: string, s3: string, number: number, more: Readonly<Record<string, string>> = {}): DialectCase {
  return {
    id,
    s3,
    observe: async (subject) => {
      const upload = await openUpload(subject, id);
      return outcome(upload.part(number, small, more));
    },
  };
}

async function listedUploads(subject: Subject, more: Partial<ListMultipartUploadsCommandInput>) {
  return subject.plain.send(new ListMultipartUploadsCommand({ Bucket: subject.server.bucket, ...more }));
}

/** What the server says to a PUT of so many bytes before it has seen one of them. */
function announced(url: string, size: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "PUT", headers: { "content-length": size, expect: "100-continue" } });
    sent.once("continue", () => {
      resolve("100 Continue");
      sent.destroy();
    });
    sent.once("response", (answer) => {
      const pieces: Buffer[] = [];
      answer.on("data", (piece: Buffer) => pieces.push(piece));
      answer.once("end", () => {
        const [, code] = /<Code>([^<]*)</.exec(Buffer.concat(pieces).toString()) ?? [];
        resolve(`${answer.statusCode} ${code ?? ""}`.trim());
        sent.destroy();
      });
    });
    sent.once("error", reject);
    sent.flushHeaders();
  });
}

/** Multipart uploads up to their completion. */
export const multipartCases: readonly DialectCase[] = [
  {
    id: "multipart/parts",
    s3: "1:9 2:1048576 9000:5242880",
    observe: async (subject) => {
      const upload = await openUpload(subject, "multipart/parts");
      for (const [number, body] of [
        [9000, whole],
        [1, small],
        [2, rest],
      ] as const)
        await upload.part(number, body);
      return outcome(upload.listed(), (parts) => parts.join(" "));
    },
  },
  {
    id: "multipart/part-again",
    s3: "1:1048576",
    observe: async (subject) => {
      const upload = await openUpload(subject, "multipart/part-again");
      await upload.part(1, small);
      await upload.part(1, rest);
      return outcome(upload.listed(), (parts) => parts.join(" "));
    },
  },
  {
    id: "multipart/parts-in-pages",
    s3: "1,2 true 2 | 3 false",
    observe: async (subject) => {
      const upload = await openUpload(subject, "multipart/parts-in-pages");
      for (const number of [1, 2, 3]) await upload.part(number, small);
      const at = { Bucket: subject.server.bucket, Key: upload.key, UploadId: upload.id, MaxParts: 2 };
      const first = await subject.plain.send(new ListPartsCommand(at));
      const marker = first.NextPartNumberMarker;
      const last = await subject.plain.send(
        new ListPartsCommand({ ...at, ...(marker === undefined ? {} : { PartNumberMarker: marker }) }),
      );
      const numbers = (page: typeof first): string => (page.Parts ?? []).map(({ PartNumber }) => PartNumber).join(",");
      return `${numbers(first)} ${first.IsTruncated} ${marker} | ${numbers(last)} ${last.IsTruncated}`;
    },
  },
  {
    id: "multipart/parts-with-checksums",
    s3: `CRC32 COMPOSITE ${checkValues.CRC32}`,
    observe: async (subject) => {
      const upload = await openUpload(subject, "multipart/parts-with-checksums", { ChecksumAlgorithm: "CRC32" });
      await upload.part(1, small);
      const at = { Bucket: subject.server.bucket, Key: upload.key, UploadId: upload.id };
      return outcome(
        subject.plain.send(new ListPartsCommand(at)),
        ({ ChecksumAlgorithm, ChecksumType, Parts }) =>
          `${ChecksumAlgorithm ?? "none"} ${ChecksumType ?? "none"} ${Parts?.[0]?.ChecksumCRC32 ?? "none"}`,
      );
    },
  },
  part("multipart/part-number-0", "400 InvalidArgument", 0),
  part("multipart/part-number-10001", "400 InvalidArgument", 10_001),
  part("multipart/part-with-another-md5", "400 BadDigest", 1, { ContentMD5: Buffer.alloc(16).toString("base64") }),
  {
    id: "multipart/part-with-another-checksum",
    s3: "400 BadDigest",
    observe: async (subject) => {
      const upload = await openUpload(subject, "multipart/part-with-another-checksum", { ChecksumAlgorithm: "CRC32" });
      return outcome(upload.part(1, small, { ChecksumCRC32: "AAAAAA==" }));
    },
  },
  {
    id: "multipart/part-with-another-algorithm",
    s3: "400 InvalidRequest",
    observe: async (subject) => {
      const upload = await openUpload(subject, "multipart/part-with-another-algorithm", { ChecksumAlgorithm: "CRC32" });
      return outcome(upload.part(1, small, { ChecksumAlgorithm: "SHA1" }));
    },
  },
  {
    id: "multipart/part-without-its-checksum",
    s3: "400 InvalidRequest",
    observe: async (subject) => {
      const upload = await openUpload(subject, "multipart/part-without-its-checksum", { ChecksumAlgorithm: "SHA256" });
      const at = { Bucket: subject.server.bucket, Key: upload.key, UploadId: upload.id, PartNumber: 1, Body: small };
      return outcome(subject.plain.send(new UploadPartCommand(at)));
    },
  },
  {
    id: "multipart/part-larger-than-5-gib",
    s3: "400 EntityTooLarge",
    observe: async (subject) => {
      const upload = await openUpload(subject, "multipart/part-larger-than-5-gib");
      const at = { Bucket: subject.server.bucket, Key: upload.key, UploadId: upload.id, PartNumber: 1 };
      return announced(await getSignedUrl(subject.plain, new UploadPartCommand(at)), 5 * 1024 ** 3 + 1);
    },
  },
  {
    id: "multipart/type-that-cannot-be",
    s3: "400 InvalidRequest",
    observe: (subject) => {
      const input = { ChecksumAlgorithm: "SHA256", ChecksumType: "FULL_OBJECT" } as const;
      return outcome(openUpload(subject, "multipart/type-that-cannot-be", input));
    },
  },
  {
    id: "multipart/part-of-none",
    s3: "404 NoSuchUpload",
    observe: ({ plain, server }) => {
      const at = { Bucket: server.bucket, Key: "multipart/none", UploadId: nowhere, PartNumber: 1, Body: small };
      return outcome(plain.send(new UploadPartCommand(at)));
    },
  },
  {
    id: "multipart/part-of-another-key",
    s3: "404 NoSuchUpload",
    observe: async (subject) => {
      const upload = await openUpload(subject, "multipart/part-of-another-key");
      return outcome(upload.part(1, small, { Key: "multipart/part-of-yet-another" }));
    },
  },
  {
    id: "multipart/parts-of-none",
    s3: "404 NoSuchUpload",
    observe: ({ plain, server }) =>
      outcome(plain.send(new ListPartsCommand({ Bucket: server.bucket, Key: "multipart/none", UploadId: nowhere }))),
  },
  {
    id: "multipart/abort-of-none",
    s3: "404 NoSuchUpload",
    observe: (subject) => outcome(aborted(subject, "multipart/none", nowhere)),
  },
  {
    id: "multipart/abort",
    s3: "ok, 404 NoSuchUpload, 404 NoSuchUpload",
    observe: async (subject) => {
      const upload = await openUpload(subject, "multipart/abort");
      await upload.part(1, small);
      const answers = [await outcome(aborted(subject, upload.key, upload.id))];
      answers.push(await outcome(upload.listed()), await outcome(upload.part(1, small)));
      return answers.join(", ");
    },
  },
  {
    id: "multipart/uploads",
    s3: "a b b",
    observe: async (subject) => {
      for (const name of ["b", "a", "b"]) await openUpload(subject, `multipart/uploads/${name}`);
      return outcome(listedUploads(subject, { Prefix: "multipart/uploads/" }), ({ Uploads = [] }) =>
        Uploads.map(({ Key }) => Key?.slice("multipart/uploads/".length)).join(" "),
      );
    },
  },
  {
    id: "multipart/uploads-in-pages",
    s3: "a | b | b",
    observe: async (subject) => {
      for (const name of ["b", "a", "b"]) await openUpload(subject, `multipart/uploads-in-pages/${name}`);
      const pages: string[] = [];
      let at: Partial<ListMultipartUploadsCommandInput> | null = {};
      while (at !== null && pages.length < 9) {
        const page: Awaited<ReturnType<typeof listedUploads>> = await listedUploads(subject, {
          Prefix: "multipart/uploads-in-pages/",
          MaxUploads: 1,
          ...at,
        });
        pages.push((page.Uploads ?? []).map(({ Key }) => Key?.slice(-1)).join(" "));
        const { NextKeyMarker: KeyMarker = "", NextUploadIdMarker: UploadIdMarker = "" } = page;
        at = page.IsTruncated === true && KeyMarker !== "" ? { KeyMarker, UploadIdMarker } : null;
        if (page.IsTruncated === true && KeyMarker === "") pages.push("more, but no marker");
      }
      return pages.join(" | ");
    },
  },
];
