import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { readAwsChunked } from "../../src/simulator/body/aws-chunked.js";
import { percentDecode, percentEncode } from "../../src/simulator/signature/percent.js";
import { readXml } from "../../src/simulator/xml/read-xml.js";
import type { XmlElement } from "../../src/simulator/xml/read-xml.js";
import { writeXml } from "../../src/simulator/xml/write-xml.js";
import type { XmlNode } from "../../src/simulator/xml/write-xml.js";

async function* cut(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Uint8Array, void, undefined> {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
  yield bytes.subarray(at);
}

async function read(framed: Buffer, sizes: readonly number[]) {
  const { bytes, trailers } = readAwsChunked(cut(framed, sizes));
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return { content: Buffer.concat(pieces), trailers: Object.fromEntries(trailers) };
}

function frame(chunks: readonly Uint8Array[], trailer: string): Buffer {
  const framed = chunks
    .filter((chunk) => chunk.byteLength > 0)
    .flatMap((chunk) => [Buffer.from(`${chunk.byteLength.toString(16)}\r\n`), chunk, Buffer.from("\r\n")]);
  return Buffer.concat([...framed, Buffer.from(`0\r\nx-amz-checksum-crc32: ${trailer}\r\n\r\n`)]);
}

const chunksAndCuts = [fc.array(fc.uint8Array({ maxLength: 40 })), fc.array(fc.nat(30))] as const;

test("aws-chunked content is the same wherever the wire cuts it", async () => {
  await fc.assert(
    fc.asyncProperty(...chunksAndCuts, fc.base64String(), async (chunks, sizes, sum) => {
      const { content, trailers } = await read(frame(chunks, sum), sizes);
      expect(content.equals(Buffer.concat(chunks))).toBe(true);
      expect(trailers).toEqual({ "x-amz-checksum-crc32": sum });
    }),
  );
});

test("aws-chunked content that ends early is incomplete, wherever it ends", async () => {
  await fc.assert(
    fc.asyncProperty(...chunksAndCuts, fc.double({ min: 0, max: 1, noNaN: true }), async (chunks, sizes, share) => {
      const framed = frame(chunks, "AAAAAA==");
      // The trailer may end with the body, as some clients leave the last line out.
      const end = framed.byteLength - "0\r\nx-amz-checksum-crc32: AAAAAA==\r\n\r\n".length;
      await expect(read(framed.subarray(0, Math.floor(share * end)), sizes)).rejects.toThrow("IncompleteBody");
    }),
  );
});

test.each(["x\r\n", "-1\r\n", "1\r\nab\r\n0\r\n\r\n", "0\r\nno trailer\r\n\r\n", `${"0".repeat(9_000)}`])(
  "what is no aws-chunked content: %j",
  async (text) => {
    await expect(read(Buffer.from(text), [])).rejects.toThrow("InvalidRequest");
  },
);

const name = fc.stringMatching(/^[A-Za-z][A-Za-z\d]{0,8}$/);
// XML cannot hold other control characters.
const text = fc.string({ unit: "grapheme" }).map((one) => one.replace(/\p{Cc}/gu, "\t"));
const { node } = fc.letrec<{ node: XmlNode }>((tie) => ({
  node: fc.tuple(name, fc.oneof({ maxDepth: 3 }, text, fc.array(tie("node"), { minLength: 1, maxLength: 3 }))),
}));

function plain({ name: tag, text: inner, children }: XmlElement): unknown {
  return [tag, children.length === 0 ? inner : children.map(plain)];
}

test("what is written as XML is read as it was", () => {
  fc.assert(
    fc.property(node, (root) => {
      expect(plain(readXml(writeXml(root), root[0]))).toEqual(root);
    }),
  );
});

test.each([
  "",
  "text",
  "<a>",
  "<a></b>",
  "<a/><a/>",
  "<a/>text",
  "<b/>",
  "<a><b></a></b>",
  "<a>&unknown;</a>",
  "<a>&#0;</a>",
  "<a>& </a>",
  "<a x></a>",
  "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
])("what is no document of that root: %j", (document) => {
  expect(() => readXml(document, "a")).toThrow("MalformedXML");
});

test("comments, declarations, attributes and references of every kind", () => {
  const document = `<?xml version="1.0"?><!-- a --><a xmlns="x" b='>'> <c>&lt;&#65;&#x42;&quot;</c>\n<d/> </a>\n`;
  expect(plain(readXml(document, "a"))).toEqual([
    "a",
    [
      ["c", '<AB"'],
      ["d", ""],
    ],
  ]);
});

test("percent-encoding: any text comes back, and only unreserved characters stay", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (one) => {
      const encoded = percentEncode(one);
      expect(encoded).toMatch(/^(?:[\w.~-]|%[\dA-F]{2})*$/);
      expect(percentDecode(encoded)).toBe(one);
    }),
  );
  expect(() => percentDecode("%FF")).toThrow("InvalidURI");
});
