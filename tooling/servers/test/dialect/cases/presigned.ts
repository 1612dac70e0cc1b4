import {
  CompleteMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { statusOf } from "../dialect-case.js";
import type { DialectCase, Subject } from "../dialect-case.js";
import { openUpload } from "../multipart-calls.js";

type Signing = Parameters<typeof getSignedUrl>[2];

function putUrl({ plain, server }: Subject, key: string, signing: Signing = {}, size?: number): Promise<string> {
  const more = size === undefined ? {} : { ContentLength: size };
  return getSignedUrl(plain, new PutObjectCommand({ Bucket: server.bucket, Key: key, ...more }), {
    expiresIn: 300,
    ...signing,
  });
}

/** Sends nine bytes to a presigned URL that `change` may have touched. */
function sending(
  id: string,
  s3: string,
  change: (url: string) => string = (url) => url,
  signing: Signing = {},
  init: RequestInit = {},
): DialectCase {
  return {
    id,
    s3,
    observe: async (subject) =>
      statusOf(fetch(change(await putUrl(subject, id, signing)), { method: "PUT", body: "123456789", ...init })),
  };
}

const hour = 3_600_000;

/** Signatures in the query. */
export const presignedCases: readonly DialectCase[] = [
  sending("presigned/put", "200"),
  sending("presigned/key-with-blanks and ü", "200"),
  sending("presigned/another-signature", "403 SignatureDoesNotMatch", (url) =>
    url.replace(/(Signature=)..../, "$10000"),
  ),
  sending("presigned/another-key", "403 SignatureDoesNotMatch", (url) => url.replace("another-key", "yet-another-key")),
  sending("presigned/another-method", "403 SignatureDoesNotMatch", (url) => url, {}, { method: "DELETE" }),
  sending("presigned/longer-than-signed", "403 SignatureDoesNotMatch", (url) =>
    url.replace("Expires=300", "Expires=900"),
  ),
  sending("presigned/expired", "403 AccessDenied", (url) => url, { signingDate: new Date(Date.now() - hour) }),
  sending("presigned/not-yet", "403 AccessDenied", (url) => url, { signingDate: new Date(Date.now() + hour) }),
  sending("presigned/longer-than-a-week", "400 AuthorizationQueryParametersError", (url) =>
    url.replace("Expires=300", "Expires=604801"),
  ),
  sending("presigned/field-put-in", "403 AccessDenied", (url) => url, {}, { headers: { "x-amz-meta-by": "somebody" } }),
  sending("presigned/type-put-in", "200", (url) => url, {}, { headers: { "content-type": "text/x" } }),
  {
    id: "presigned/get",
    s3: "123456789",
    observe: async (subject) => {
      const { plain, server } = subject;
      await fetch(await putUrl(subject, "presigned/get"), { method: "PUT", body: "123456789" });
      const answer = await fetch(
        await getSignedUrl(plain, new GetObjectCommand({ Bucket: server.bucket, Key: "presigned/get" })),
      );
      return answer.text();
    },
  },
  {
    id: "presigned/length",
    s3: "200, 403 SignatureDoesNotMatch",
    observe: async (subject) => {
      const signing = { signableHeaders: new Set(["host", "content-length"]) };
      const url = await putUrl(subject, "presigned/length", signing, 9);
      const send = (body: string): Promise<string> => statusOf(fetch(url, { method: "PUT", body }));
      return `${await send("123456789")}, ${await send("12345678")}`;
    },
  },
  {
    id: "presigned/upload",
    s3: "200, 403 SignatureDoesNotMatch, 200",
    observe: async (subject) => {
      const { plain, server } = subject;
      const upload = await openUpload(subject, "presigned/upload");
      const at = { Bucket: server.bucket, Key: upload.key, UploadId: upload.id };
      const url = await getSignedUrl(plain, new UploadPartCommand({ ...at, PartNumber: 1 }));
      const part = await fetch(url, { method: "PUT", body: "123456789" });
      const other = fetch(url.replace("partNumber=1", "partNumber=2"), { method: "PUT", body: "123456789" });
      const completeUrl = await getSignedUrl(plain, new CompleteMultipartUploadCommand(at));
      const etag = part.headers.get("etag") ?? "";
      const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`;
      const completed = fetch(completeUrl, { method: "POST", body });
      return [await statusOf(part), await statusOf(other), await statusOf(completed)].join(", ");
    },
  },
];
