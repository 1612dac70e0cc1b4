import { createHash } from "node:crypto";
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import type { GetObjectCommandInput, PutObjectCommandInput } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { signedFetch } from "@stowage/servers";
import { outcome, statusOf } from "../dialect-case.js";
import type { DialectCase, Subject } from "../dialect-case.js";

const text = "ten bytes.";

function put({ plain, server }: Subject, key: string, more: Partial<PutObjectCommandInput> = {}) {
  return plain.send(new PutObjectCommand({ Bucket: server.bucket, Key: key, Body: text, ...more }));
}

async function get({ plain, server }: Subject, key: string, more: Partial<GetObjectCommandInput> = {}) {
  const answer = await plain.send(new GetObjectCommand({ Bucket: server.bucket, Key: key, ...more }));
  return { ...answer, text: (await answer.Body?.transformToString()) ?? "" };
}

/** Puts `text` and reads it in some way. */
function reading(
  id: string,
  s3: string,
  more: Partial<GetObjectCommandInput>,
  show?: (answer: Awaited<ReturnType<typeof get>>) => string,
): DialectCase {
  return {
    id,
    s3,
    observe: async (subject) => {
      await put(subject, id);
      return outcome(get(subject, id, more), show ?? ((answer) => answer.text));
    },
  };
}

/** Objects that come by one PUT. */
export const objectCases: readonly DialectCase[] = [
  reading("object/put-and-get", text, {}),
  {
    id: "object/entity-tag",
    s3: `"${createHash("md5").update(text).digest("hex")}"`,
    observe: async (subject) => outcome(put(subject, "object/entity-tag"), ({ ETag }) => ETag ?? "none"),
  },
  {
    id: "object/empty",
    s3: "0 bytes",
    observe: async (subject) => {
      await put(subject, "object/empty", { Body: "" });
      return outcome(get(subject, "object/empty"), (answer) => `${answer.ContentLength} bytes`);
    },
  },
  {
    id: "object/difficult-key",
    s3: text,
    observe: async (subject) => {
      const key = "object/difficult-key/a b+c&d=e%2Fü~'(!)*;:@$,?#[].bin";
      await put(subject, key);
      return outcome(get(subject, key), (answer) => answer.text);
    },
  },
  {
    id: "object/fields",
    s3: "text/x | max-age=1 | attachment | gzip | de | v",
    observe: async (subject) => {
      const fields = {
        ContentType: "text/x",
        CacheControl: "max-age=1",
        ContentDisposition: "attachment",
        ContentEncoding: "gzip",
        ContentLanguage: "de",
      };
      await put(subject, "object/fields", { ...fields, Metadata: { k: "v" } });
      return outcome(get(subject, "object/fields"), (answer) =>
        [...(Object.keys(fields) as (keyof typeof fields)[]).map((name) => answer[name]), answer.Metadata?.["k"]].join(
          " | ",
        ),
      );
    },
  },
  {
    id: "object/default-type",
    s3: "binary/octet-stream",
    observe: async (subject) => {
      const { server } = subject;
      const path = `/${server.bucket}/object/default-type`;
      // fetch gives text a type of its own.
      await signedFetch(server, { method: "PUT", path, body: Buffer.from(text) });
      return outcome(get(subject, "object/default-type"), (answer) => answer.ContentType ?? "none");
    },
  },
  { id: "object/get-of-none", s3: "404 NoSuchKey", observe: (subject) => outcome(get(subject, "object/none")) },
  {
    id: "object/head-of-none",
    s3: "404",
    observe: ({ plain, server }) =>
      outcome(plain.send(new HeadObjectCommand({ Bucket: server.bucket, Key: "object/none" }))),
  },
  {
    id: "object/delete-of-none",
    s3: "ok",
    observe: ({ plain, server }) =>
      outcome(plain.send(new DeleteObjectCommand({ Bucket: server.bucket, Key: "object/none" }))),
  },
  {
    id: "object/delete",
    s3: "404 NoSuchKey",
    observe: async (subject) => {
      await put(subject, "object/delete");
      await subject.plain.send(new DeleteObjectCommand({ Bucket: subject.server.bucket, Key: "object/delete" }));
      return outcome(get(subject, "object/delete"));
    },
  },
  {
    id: "object/delete-several",
    s3: "object/delete-several,object/none",
    observe: async (subject) => {
      await put(subject, "object/delete-several");
      const Objects = [{ Key: "object/delete-several" }, { Key: "object/none" }];
      const command = new DeleteObjectsCommand({ Bucket: subject.server.bucket, Delete: { Objects } });
      return outcome(subject.checking.send(command), ({ Deleted = [] }) =>
        Deleted.map(({ Key }) => Key)
          .sort((one = "", two = "") => one.localeCompare(two))
          .join(","),
      );
    },
  },
  {
    id: "object/delete-several-without-a-digest",
    s3: "400 InvalidRequest",
    observe: ({ server }) => {
      const body = "<Delete><Object><Key>object/none</Key></Object></Delete>";
      return statusOf(signedFetch(server, { method: "POST", path: `/${server.bucket}`, query: { delete: "" }, body }));
    },
  },
  reading(
    "object/range",
    "n b, bytes 2-4/10",
    { Range: "bytes=2-4" },
    (answer) => `${answer.text}, ${answer.ContentRange}`,
  ),
  reading("object/range-from-the-end", "es.", { Range: "bytes=-3" }),
  reading("object/range-without-end", "ytes.", { Range: "bytes=5-" }),
  reading("object/range-beyond", "416 InvalidRange", { Range: "bytes=10-" }),
  reading("object/read-if-match", "412 PreconditionFailed", { IfMatch: '"0"' }),
  reading("object/read-if-none-match", "304", { IfNoneMatch: `"${createHash("md5").update(text).digest("hex")}"` }),
  reading("object/read-if-unmodified", "412 PreconditionFailed", { IfUnmodifiedSince: new Date(0) }),
  reading(
    "object/read-with-another-type",
    "text/y",
    { ResponseContentType: "text/y" },
    (answer) => answer.ContentType ?? "none",
  ),
  {
    id: "object/key-too-long",
    s3: "400 KeyTooLongError",
    observe: (subject) => outcome(put(subject, "object/".padEnd(1_025, "x"))),
  },
  {
    id: "object/key-as-long-as-can-be",
    s3: text,
    observe: async (subject) => {
      const key = "object/".padEnd(1_024, "x");
      return outcome(
        put(subject, key).then(() => get(subject, key)),
        (answer) => answer.text,
      );
    },
  },
  {
    id: "object/without-length",
    s3: "411 MissingContentLength",
    observe: async ({ plain, server }) => {
      const command = new PutObjectCommand({ Bucket: server.bucket, Key: "object/without-length" });
      const url = await getSignedUrl(plain, command);
      const body = new Blob([text]).stream();
      return statusOf(fetch(url, { method: "PUT", body, duplex: "half" } as RequestInit));
    },
  },
  {
    id: "object/put-if-there-is-none",
    s3: "ok, 412 PreconditionFailed",
    observe: async (subject) => {
      const once = () => outcome(put(subject, "object/put-if-there-is-none", { IfNoneMatch: "*" }));
      return `${await once()}, ${await once()}`;
    },
  },
  {
    id: "object/put-if-it-is-another",
    s3: "412 PreconditionFailed",
    observe: async (subject) => {
      await put(subject, "object/put-if-it-is-another");
      return outcome(put(subject, "object/put-if-it-is-another", { IfMatch: '"0"' }));
    },
  },
  {
    id: "object/error-document",
    s3: "application/xml, Code, Message, RequestId",
    observe: async ({ server }) => {
      const answer = await signedFetch(server, { method: "GET", path: `/${server.bucket}/object/none` });
      const text = await answer.text();
      const elements = ["Code", "Message", "RequestId"].filter((name) => text.includes(`<${name}>`));
      return [answer.headers.get("content-type")?.replace(/;.*/, ""), ...elements].join(", ");
    },
  },
];
