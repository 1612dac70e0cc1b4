import { CopyObjectCommand, GetObjectCommand, PutObjectCommand, UploadPartCopyCommand } from "@aws-sdk/client-s3";
import type { CopyObjectCommandInput } from "@aws-sdk/client-s3";
import { outcome, rest, whole } from "../dialect-case.js";
import type { DialectCase, Subject } from "../dialect-case.js";
import { openUpload } from "../multipart-calls.js";

function sourceOf({ server }: Subject, key: string): string {
  return `${server.bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
}

async function copied(subject: Subject, id: string, more: Partial<CopyObjectCommandInput> = {}): Promise<string> {
  const { plain, server } = subject;
  const source = `${id}/sö urce`;
  await plain.send(
    new PutObjectCommand({ Bucket: server.bucket, Key: source, Body: "content", ContentType: "text/x" }),
  );
  const at = { Bucket: server.bucket, Key: `${id}/target` };
  const copy = plain.send(new CopyObjectCommand({ ...at, CopySource: sourceOf(subject, source), ...more }));
  return outcome(
    copy
      .then(() => plain.send(new GetObjectCommand(at)))
      .then(async (answer) => `${await answer.Body?.transformToString()}, ${answer.ContentType}`),
    (text) => text,
  );
}

/** One part of it from `whole`, by `range`. */
async function partCopied(subject: Subject, id: string, range: string, source = `${id}/source`): Promise<string> {
  const { plain, server } = subject;
  await plain.send(new PutObjectCommand({ Bucket: server.bucket, Key: `${id}/source`, Body: whole }));
  const upload = await openUpload(subject, `${id}/target`);
  const input = { Bucket: server.bucket, Key: upload.key, UploadId: upload.id, PartNumber: 1 };
  const command = new UploadPartCopyCommand({
    ...input,
    CopySource: sourceOf(subject, source),
    CopySourceRange: range,
  });
  const parts = plain.send(command).then(async ({ CopyPartResult }) => {
    const last = await upload.part(2, rest);
    await upload.complete([
      { PartNumber: 1, ...(CopyPartResult?.ETag === undefined ? {} : { ETag: CopyPartResult.ETag }) },
      last,
    ]);
    const answer = await plain.send(new GetObjectCommand({ Bucket: server.bucket, Key: upload.key }));
    const bytes = Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
    return bytes.equals(Buffer.concat([whole, rest])) ? "the bytes" : "other bytes";
  });
  return outcome(parts, (text) => text);
}

/** CopyObject and UploadPartCopy. */
export const copyCases: readonly DialectCase[] = [
  { id: "copy/object", s3: "content, text/x", observe: (subject) => copied(subject, "copy/object") },
  {
    id: "copy/other-fields",
    s3: "content, text/y",
    observe: (subject) => copied(subject, "copy/other-fields", { MetadataDirective: "REPLACE", ContentType: "text/y" }),
  },
  {
    id: "copy/of-none",
    s3: "404 NoSuchKey",
    observe: (subject) => copied(subject, "copy/of-none", { CopySource: `${subject.server.bucket}/copy/none` }),
  },
  {
    id: "copy/of-another-than-expected",
    s3: "412 PreconditionFailed",
    observe: (subject) => copied(subject, "copy/of-another-than-expected", { CopySourceIfMatch: '"0"' }),
  },
  {
    id: "copy/onto-itself",
    s3: "400 InvalidRequest",
    observe: (subject) => copied(subject, "copy/onto-itself", { Key: "copy/onto-itself/sö urce" }),
  },
  {
    id: "copy/part",
    s3: "the bytes",
    observe: (subject) => partCopied(subject, "copy/part", `bytes=0-${whole.byteLength - 1}`),
  },
  {
    id: "copy/part-beyond-the-end",
    s3: "400 InvalidArgument",
    observe: (subject) => partCopied(subject, "copy/part-beyond-the-end", `bytes=0-${whole.byteLength}`),
  },
  {
    id: "copy/part-of-none",
    s3: "404 NoSuchKey",
    observe: (subject) => partCopied(subject, "copy/part-of-none", "bytes=0-1", "copy/none"),
  },
];
