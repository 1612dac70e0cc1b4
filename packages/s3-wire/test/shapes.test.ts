import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  awsEndpoint,
  bareEtag,
  bucketAddress,
  element,
  header,
  isFailure,
  quotedEtag,
  readCompletion,
  readFailure,
  readInitiated,
  readParts,
  readUploads,
  readXml,
  s3Dialect,
  writeCompletion,
  writeXml,
} from "../src/index.js";

describe("failures", () => {
  const body = `<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message><RequestId>4442587FB7D0A2F9</RequestId></Error>`;

  test("tell code, message, request and how long to wait", () => {
    expect(readFailure(503, { "retry-after": "7" }, body)).toEqual({
      status: 503,
      code: "SlowDown",
      message: "Please reduce your request rate.",
      requestId: "4442587FB7D0A2F9",
      retryAfterMs: 7000,
    });
  });

  test("without a body tell what the headers have", () => {
    expect(readFailure(404, { "x-amz-request-id": "R1", "retry-after": "Fri, 31 Dec 1999 23:59:59 GMT" }, "")).toEqual({
      status: 404,
      code: null,
      message: null,
      requestId: "R1",
      retryAfterMs: null,
    });
  });

  test("from something in between (a proxy's page) are no code", () => {
    expect(readFailure(502, {}, "<html><head></head><body>Bad Gateway</body></html>").code).toBeNull();
  });

  test("are found behind a status line that promised success, and blanks that kept the line open", () => {
    expect(isFailure(`\n \n ${body}`)).toBe(true);
    expect(isFailure("<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>")).toBe(false);
  });

  test("whatever comes, reading it throws nothing", () => {
    fc.assert(
      fc.property(fc.nat(999), fc.dictionary(fc.string(), fc.string()), fc.string(), (status, headers, text) => {
        expect(readFailure(status, headers, text).status).toBe(status);
      }),
    );
  });
});

describe("lists of parts", () => {
  const part = (number: number, size: number, etag: string): ReturnType<typeof element> =>
    element("Part", [
      element("PartNumber", String(number)),
      element("Size", String(size)),
      element("ETag", etag),
      element("LastModified", "2026-01-02T03:04:05.000Z"),
    ]);

  test("come as they were written, whatever the page", () => {
    const parts = fc.array(
      fc.record({
        number: fc.integer({ min: 1, max: 10_000 }),
        size: fc.maxSafeNat(),
        etag: fc.stringMatching(/^[\da-f]{32}$/),
      }),
    );
    fc.assert(
      fc.property(parts, fc.option(fc.integer({ min: 1, max: 10_000 })), (listed, next) => {
        const document = writeXml(
          element("ListPartsResult", [
            element("IsTruncated", String(next !== null)),
            ...(next === null ? [] : [element("NextPartNumberMarker", String(next))]),
            ...listed.map(({ number, size, etag }) => part(number, size, `"${etag}"`)),
          ]),
        );
        expect(readParts(document)).toEqual({ parts: listed, next });
      }),
    );
  });

  test("carry the checksum that the store has", () => {
    const crc = element("ChecksumCRC32", "mnG7TA==");
    const listed = element("Part", [...part(1, 5, "e").children, crc]);
    expect(readParts(writeXml(element("ListPartsResult", [listed])))?.parts).toEqual([
      { number: 1, size: 5, etag: "e", checksum: { algorithm: "crc32", value: "mnG7TA==" } },
    ]);
  });

  test.each([
    ["another document", "<ListBucketResult/>"],
    [
      "a page that is cut short without a next one",
      "<ListPartsResult><IsTruncated>true</IsTruncated></ListPartsResult>",
    ],
    [
      "a part without a size",
      "<ListPartsResult><Part><PartNumber>1</PartNumber><ETag>e</ETag></Part></ListPartsResult>",
    ],
  ])("are not read from %s", (_, document) => {
    expect(readParts(document)).toBeNull();
  });
});

describe("lists of uploads", () => {
  test("name keys and ids, and the next page", () => {
    const upload = (key: string, id: string): ReturnType<typeof element> =>
      element("Upload", [element("Key", key), element("UploadId", id)]);
    const document = writeXml(
      element("ListMultipartUploadsResult", [
        element("IsTruncated", "true"),
        element("NextKeyMarker", "b"),
        element("NextUploadIdMarker", "2"),
        upload("a & b", "1"),
        upload("b", "2"),
      ]),
    );
    expect(readUploads(document)).toEqual({
      uploads: [
        { key: "a & b", uploadId: "1" },
        { key: "b", uploadId: "2" },
      ],
      next: { key: "b", uploadId: "2" },
    });
  });

  test("without a next page where there should be one are none", () => {
    expect(
      readUploads("<ListMultipartUploadsResult><IsTruncated>true</IsTruncated></ListMultipartUploadsResult>"),
    ).toBeNull();
    expect(readUploads("<ListMultipartUploadsResult><Upload/></ListMultipartUploadsResult>")).toBeNull();
    expect(readUploads("<Other/>")).toBeNull();
  });
});

test("an upload id is read from its answer, and from nothing else", () => {
  expect(readInitiated("<InitiateMultipartUploadResult><UploadId>U~1</UploadId></InitiateMultipartUploadResult>")).toBe(
    "U~1",
  );
  expect(readInitiated("<InitiateMultipartUploadResult><UploadId/></InitiateMultipartUploadResult>")).toBeNull();
  expect(readInitiated("<Error><Code>x</Code></Error>")).toBeNull();
});

describe("completion", () => {
  test("names its parts in the vendor's namespace, tags in quotes", () => {
    expect(writeCompletion(s3Dialect, [{ number: 1, etag: "a" }])).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
        "<Part><PartNumber>1</PartNumber><ETag>&quot;a&quot;</ETag></Part></CompleteMultipartUpload>",
    );
    expect(readXml(writeCompletion({ headerPrefix: "x-cos-", namespace: null }, []))?.children).toEqual([]);
  });

  test("is read with and without quotes, after blanks, and is none where an error came", () => {
    const answer = (etag: string): string =>
      `  <CompleteMultipartUploadResult><ETag>${etag}</ETag></CompleteMultipartUploadResult>`;
    expect(readCompletion(answer("&quot;abc-2&quot;"))).toEqual({ etag: "abc-2" });
    expect(readCompletion(answer("abc-2"))).toEqual({ etag: "abc-2" });
    expect(readCompletion(answer(""))).toEqual({ etag: "" });
    expect(readCompletion("<Error><Code>InternalError</Code></Error>")).toBeNull();
  });
});

test("entity tags are compared bare and sent quoted", () => {
  expect([bareEtag('"a"'), bareEtag("a"), bareEtag('"'), quotedEtag("a"), quotedEtag('"a"')]).toEqual([
    "a",
    "a",
    '"',
    '"a"',
    '"a"',
  ]);
});

describe("addresses", () => {
  test.each([
    [
      "a host label",
      { bucket: "b", endpoint: "https://s3.example.com", style: "host" },
      "https://b.s3.example.com",
      "/",
    ],
    ["path style", { bucket: "b", endpoint: "http://127.0.0.1:9000/", style: "path" }, "http://127.0.0.1:9000", "/b/"],
    [
      "a name with dots",
      { bucket: "a.b", endpoint: "https://s3.example.com", style: "host" },
      "https://s3.example.com",
      "/a.b/",
    ],
    ["an endpoint with a path", { bucket: "b", endpoint: "https://h/s3/", style: "path" }, "https://h", "/s3/b/"],
    ["the scheme's own port", { bucket: "b", endpoint: "https://h:443", style: "path" }, "https://h", "/b/"],
  ] as const)("of %s", (_, place, origin, base) => {
    expect(bucketAddress(place)).toMatchObject({ origin, base });
  });

  test("tells its style, whatever the endpoint's name begins with", () => {
    const place = { bucket: "minio", endpoint: "http://minio.example:9000" };
    expect(bucketAddress({ ...place, style: "path" }).style).toBe("path");
    expect(bucketAddress({ ...place, style: "host" }).style).toBe("host");
    expect(bucketAddress({ ...place, bucket: "with.dots", style: "host" }).style).toBe("path");
  });

  test("of Amazon's regions", () => {
    expect(awsEndpoint("eu-central-1")).toBe("https://s3.eu-central-1.amazonaws.com");
    expect(awsEndpoint("cn-north-1")).toBe("https://s3.cn-north-1.amazonaws.com.cn");
  });
});

test("headers begin as the vendor's do", () => {
  expect(header(s3Dialect, "copy-source")).toBe("x-amz-copy-source");
});
