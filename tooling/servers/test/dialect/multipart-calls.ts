import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type {
  CompletedPart,
  CompleteMultipartUploadCommandInput,
  CompleteMultipartUploadCommandOutput,
  CreateMultipartUploadCommandInput,
  UploadPartCommandInput,
} from "@aws-sdk/client-s3";
import type { Subject } from "./dialect-case.js";

/** An upload of a case: the short form of the calls that most cases make. */
export interface CaseUpload {
  readonly id: string;
  readonly key: string;
  /** Resolves with the part as a completion names it. */
  part(number: number, body: Uint8Array, more?: Partial<UploadPartCommandInput>): Promise<CompletedPart>;
  complete(
    parts: readonly CompletedPart[],
    more?: Partial<CompleteMultipartUploadCommandInput>,
  ): Promise<CompleteMultipartUploadCommandOutput>;
  /** Numbers and sizes of its parts. */
  listed(): Promise<readonly string[]>;
}

/** Begins one. With an algorithm, parts carry their checksum in it. */
export async function openUpload(
  { plain, server }: Subject,
  key: string,
  more: Partial<CreateMultipartUploadCommandInput> = {},
): Promise<CaseUpload> {
  const at = { Bucket: server.bucket, Key: key };
  const { UploadId } = await plain.send(new CreateMultipartUploadCommand({ ...at, ...more }));
  const upload = { ...at, UploadId: UploadId ?? "" };
  const algorithm = more.ChecksumAlgorithm;
  const summed = algorithm === undefined ? {} : { ChecksumAlgorithm: algorithm };
  return {
    id: upload.UploadId,
    key,
    part: async (PartNumber, Body, extra = {}) => {
      const input = { ...upload, PartNumber, Body, ...summed, ...extra };
      const { ETag, $metadata: _, ...sums } = await plain.send(new UploadPartCommand(input));
      const field = `Checksum${algorithm}` as "ChecksumCRC32";
      const sum = sums[field];
      return { PartNumber, ...(ETag === undefined ? {} : { ETag }), ...(sum === undefined ? {} : { [field]: sum }) };
    },
    complete: (Parts, extra = {}) =>
      plain.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: [...Parts] }, ...extra })),
    listed: async () => {
      const { Parts = [] } = await plain.send(new ListPartsCommand(upload));
      return Parts.map((part) => `${part.PartNumber}:${part.Size}`);
    },
  };
}
