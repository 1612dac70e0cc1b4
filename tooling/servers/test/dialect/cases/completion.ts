import { createHash } from "node:crypto";
import { GetObjectCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import type {
  CompletedPart,
  CompleteMultipartUploadCommandInput,
  CompleteMultipartUploadCommandOutput,
} from "@aws-sdk/client-s3";
import { signedFetch } from "@stowage/servers";
import { outcome, rest, statusOf, whole } from "../dialect-case.js";
import type { DialectCase, Subject } from "../dialect-case.js";
import { openUpload } from "../multipart-calls.js";

const small = Buffer.from("123456789");

async function sizeOf({ plain, server }: Subject, key: string): Promise<string> {
  const head = await plain.send(new HeadObjectCommand({ Bucket: server.bucket, Key: key }));
  return String(head.ContentLength);
}

/** Uploads bodies as parts 1, 2, …, and completes with what `name` makes of them; shows the object's size. */
function completing(
  id: string,
  s3: string,
  bodies: readonly Uint8Array[],
  name: (parts: readonly CompletedPart[]) => readonly CompletedPart[] = (parts) => parts,
  more: Partial<CompleteMultipartUploadCommandInput> = {},
): DialectCase {
  return {
    id,
    s3,
    observe: async (subject) => {
      const upload = await openUpload(subject, id);
      const parts: CompletedPart[] = [];
      for (const [at, body] of bodies.entries()) parts.push(await upload.part(at + 1, body));
      const done = upload.complete(name(parts), more).then(() => sizeOf(subject, id));
      return outcome(done, (size) => size);
    },
  };
}

/** A second upload to a key that has an object. */
async function over(
  subject: Subject,
  key: string,
  more: Partial<CompleteMultipartUploadCommandInput>,
): Promise<string> {
  const once = async (extra: typeof more): Promise<CompleteMultipartUploadCommandOutput> => {
    const upload = await openUpload(subject, key);
    return upload.complete([await upload.part(1, small)], extra);
  };
  await once({});
  return outcome(once(more));
}

async function completedWith(subject: Subject, id: string, body: string): Promise<string> {
  const upload = await openUpload(subject, id);
  const { server } = subject;
  return statusOf(
    signedFetch(server, { method: "POST", path: `/${server.bucket}/${id}`, query: { uploadId: upload.id }, body }),
  );
}

function partEtag(...bodies: readonly Uint8Array[]): string {
  const all = createHash("md5");
  for (const body of bodies) all.update(createHash("md5").update(body).digest());
  return `"${all.digest("hex")}-${bodies.length}"`;
}

/** CompleteMultipartUpload. */
export const completionCases: readonly DialectCase[] = [
  {
    id: "completion/object",
    s3: `the bytes, text/x, v, ${partEtag(whole, rest)}, ${partEtag(whole, rest)}`,
    observe: async (subject) => {
      const { plain, server } = subject;
      const fields = { ContentType: "text/x", Metadata: { k: "v" } };
      const upload = await openUpload(subject, "completion/object ü", fields);
      const parts = [await upload.part(1, whole), await upload.part(2, rest)];
      const { ETag } = await upload.complete(parts);
      const answer = await plain.send(new GetObjectCommand({ Bucket: server.bucket, Key: upload.key }));
      const bytes = Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
      const same = bytes.equals(Buffer.concat([whole, rest])) ? "the bytes" : "other bytes";
      return [same, answer.ContentType, answer.Metadata?.["k"], answer.ETag, ETag].join(", ");
    },
  },
  completing("completion/another-entity-tag", "400 InvalidPart", [small], () => [{ PartNumber: 1, ETag: '"0"' }]),
  completing("completion/part-that-never-came", "400 InvalidPart", [whole, small], ([one, two]) => [
    { ...one },
    { ...two, PartNumber: 7 },
  ]),
  completing("completion/descending", "400 InvalidPartOrder", [whole, whole], (parts) => [...parts].reverse()),
  completing("completion/part-twice", "400 InvalidPartOrder", [whole], (parts) => [...parts, ...parts]),
  completing("completion/small-part", "400 EntityTooSmall", [rest, rest]),
  completing("completion/no-parts", "400 MalformedXML", [small], () => []),
  completing("completion/part-left-out", String(whole.byteLength + 9), [whole, whole, small], ([one, , three]) => [
    { ...one },
    { ...three },
  ]),
  completing("completion/empty-part", "0", [new Uint8Array()]),
  completing("completion/tag-without-quotes", "9", [small], (parts) =>
    parts.map((part) => ({ ...part, ETag: part.ETag?.replaceAll('"', "") ?? "" })),
  ),
  completing("completion/size", "9", [small], (parts) => parts, { MpuObjectSize: 9 }),
  completing("completion/another-size", "400 InvalidRequest", [small], (parts) => parts, { MpuObjectSize: 10 }),
  {
    id: "completion/numbers-with-gaps",
    s3: String(2 * whole.byteLength + 9),
    observe: async (subject) => {
      const upload = await openUpload(subject, "completion/numbers-with-gaps");
      const parts = [await upload.part(1, whole), await upload.part(3, whole), await upload.part(9_000, small)];
      return outcome(
        upload.complete(parts).then(() => sizeOf(subject, upload.key)),
        (size) => size,
      );
    },
  },
  {
    id: "completion/of-none",
    s3: "404 NoSuchUpload",
    observe: async (subject) => {
      const upload = await openUpload(subject, "completion/of-none");
      const part = await upload.part(1, small);
      return outcome(upload.complete([part], { UploadId: "00000000000000000000000000000000" }));
    },
  },
  {
    id: "completion/no-document",
    s3: "400 MalformedXML",
    observe: (subject) => completedWith(subject, "completion/no-document", "parts"),
  },
  {
    id: "completion/another-document",
    s3: "400 MalformedXML",
    observe: (subject) => completedWith(subject, "completion/another-document", "<Parts><Part/></Parts>"),
  },
  {
    id: "completion/again",
    s3: "the same",
    observe: async (subject) => {
      const upload = await openUpload(subject, "completion/again");
      const parts = [await upload.part(1, small)];
      const { ETag } = await upload.complete(parts);
      return outcome(upload.complete(parts), (again) => (again.ETag === ETag ? "the same" : "another entity tag"));
    },
  },
  {
    id: "completion/parts-afterwards",
    s3: "404 NoSuchUpload",
    observe: async (subject) => {
      const upload = await openUpload(subject, "completion/parts-afterwards");
      await upload.complete([await upload.part(1, small)]);
      return outcome(upload.listed(), (parts) => `${parts.length} parts`);
    },
  },
  completing("completion/if-there-is-none", "9", [small], (parts) => parts, { IfNoneMatch: "*" }),
  {
    id: "completion/if-there-is-none-but-is-one",
    s3: "412 PreconditionFailed",
    observe: (subject) => over(subject, "completion/if-there-is-none-but-is-one", { IfNoneMatch: "*" }),
  },
  {
    id: "completion/if-it-is-another",
    s3: "412 PreconditionFailed",
    observe: (subject) => over(subject, "completion/if-it-is-another", { IfMatch: '"0"' }),
  },
  {
    id: "completion/race",
    s3: "one of 4",
    observe: async (subject) => {
      const uploads = await Promise.all([1, 2, 3, 4].map(() => openUpload(subject, "completion/race")));
      const parts = await Promise.all(uploads.map((upload) => upload.part(1, small)));
      const done = await Promise.all(
        uploads.map((upload, at) => outcome(upload.complete([parts[at] ?? {}], { IfNoneMatch: "*" }))),
      );
      const refused = done.filter((text) => text.startsWith("412 ") || text.startsWith("409 "));
      return refused.length === 3 ? "one of 4" : "several of 4";
    },
  },
  {
    id: "completion/read-a-part",
    s3: "1048576 of 2 parts",
    observe: async (subject) => {
      const upload = await openUpload(subject, "completion/read-a-part");
      await upload.complete([await upload.part(1, whole), await upload.part(2, rest)]);
      const at = { Bucket: subject.server.bucket, Key: upload.key, PartNumber: 2 };
      return outcome(
        subject.plain.send(new HeadObjectCommand(at)),
        (head) => `${head.ContentLength} of ${head.PartsCount ?? "?"} parts`,
      );
    },
  },
];
