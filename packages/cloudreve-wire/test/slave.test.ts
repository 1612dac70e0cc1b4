import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  chunkQuery,
  decodePath,
  fromBase64Url,
  printSlaveUpload,
  readEnvelope,
  slaveListQuery,
  slavePaths,
  slaveRemoveBody,
  slaveUploadBody,
  toBase64Url,
} from "../src/index.js";

test("what a master prints, a node reads", () => {
  const text = printSlaveUpload({
    sessionId: "9897ebae-7b73-4169-aabc-6396f470e4bb",
    savePath: "uploads/1/a b.bin",
    size: 250,
    chunkSize: 100,
    expiresAt: 1_749_623_351_000,
    mimeType: "image/png",
    callback: "https://m.example/api/v4/callback/remote/x/y",
  });
  const { session } = slaveUploadBody.parse(JSON.parse(text));
  expect(session).toEqual({
    Callback: "https://m.example/api/v4/callback/remote/x/y",
    ChunkSize: 100,
    Props: {
      UploadSessionID: "9897ebae-7b73-4169-aabc-6396f470e4bb",
      SavePath: "uploads/1/a b.bin",
      Size: 250,
      ExpireAt: "2025-06-11T06:29:11.000Z",
      MimeType: "image/png",
      Uri: { uri: "" },
    },
  });
});

test("a session as Go prints it: offsets, nanoseconds, fields that we do not know", () => {
  const body = slaveUploadBody.parse({
    session: {
      UID: 1,
      Policy: { id: 3, secret_key: "not for us", edges: { node: { slave_key: "nor this" } } },
      Callback: "",
      ChunkSize: 0,
      Props: {
        Uri: { uri: "cloudreve://my/a" },
        Size: 0,
        UploadSessionID: "x",
        SavePath: "a",
        LastModified: null,
        MimeType: "",
        ExpireAt: "2026-08-04T10:00:00.123456789+08:00",
      },
      ChunksReceived: null,
    },
    overwrite: true,
  });
  expect(JSON.stringify(body)).not.toMatch(/not for us|nor this/);
  expect(Date.parse(body.session.Props.ExpireAt)).toBe(Date.UTC(2026, 7, 4, 2, 0, 0, 123));
});

test("what can be stored can be deleted, however long its path is", () => {
  const upload = { sessionId: "x", size: 1, chunkSize: 0, expiresAt: 0, mimeType: "", callback: null };
  const takes = (path: string): readonly [boolean, boolean, boolean] => [
    slaveUploadBody.safeParse(JSON.parse(printSlaveUpload({ ...upload, savePath: path }))).success,
    slaveRemoveBody.safeParse({ files: [path] }).success,
    slaveListQuery.safeParse({ path }).success,
  ];
  expect(takes("a".repeat(4096))).toEqual([true, true, true]);
  expect(takes("a".repeat(4097))).toEqual([false, false, false]);
});

test("the text is the same for the same facts", () => {
  const facts = {
    sessionId: "x",
    savePath: "p",
    size: 1,
    chunkSize: 0,
    expiresAt: 0,
    mimeType: "",
    callback: null,
  };
  expect(printSlaveUpload(facts)).toBe(printSlaveUpload({ ...facts }));
  // Without a callback the node waits for us; with one, it does as Cloudreve's does.
  expect(slaveUploadBody.parse(JSON.parse(printSlaveUpload(facts))).explicit).toBe(true);
  const told = printSlaveUpload({ ...facts, callback: "http://m/c" });
  expect(slaveUploadBody.parse(JSON.parse(told)).explicit).toBeUndefined();
});

test("paths of files survive their route", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }),
      fc.string({ minLength: 1 }),
      (path, name) => {
        const segments = slavePaths.content({ path, name }).split("/");
        expect(segments).toHaveLength(10);
        const raw = fromBase64Url(decodePath(segments[7] ?? "") ?? "");
        expect(new TextDecoder("utf-8", { ignoreBOM: true }).decode(raw ?? new Uint8Array())).toBe(
          Buffer.from(path).toString(),
        );
      },
    ),
  );
  expect(slavePaths.session("a/b")).toBe("/api/v4/slave/upload/a%2Fb");
  expect(slavePaths.meta("x/y.tar.gz")).toBe("/api/v4/slave/file/meta/eC95LnRhci5neg%3D%3D/gz");
  expect(slavePaths.meta("noext")).toMatch(/\/bin$/);
  expect(chunkQuery(3)).toBe("?chunk=3");
  expect(chunkQuery(0, "status")).toBe("?chunk=0&status=http");
});

test("an envelope is read, anything else is null", () => {
  expect(readEnvelope('{"code":0,"msg":""}')).toEqual({ code: 0, msg: "", data: undefined });
  expect(readEnvelope('{"code":40011,"msg":"gone","correlation_id":"x"}')).toEqual({
    code: 40011,
    msg: "gone",
    data: undefined,
  });
  expect(readEnvelope('{"code":0,"data":{"a":1},"msg":""}')?.data).toEqual({ a: 1 });
  for (const text of ["", "<html>", "[]", "null", '{"code":"0"}', '{"code":1.5}', '{"msg":""}', '{"code":0,"msg":3}'])
    expect(readEnvelope(text)).toBeNull();
  fc.assert(fc.property(fc.json(), (text) => void readEnvelope(text)));
});

test("base64 has one spelling for the same bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      expect([...(fromBase64Url(toBase64Url(bytes)) ?? [])]).toEqual([...bytes]);
    }),
  );
  fc.assert(
    fc.property(fc.stringMatching(/^[\w=+/-]{0,12}$/), (text) => {
      const bytes = fromBase64Url(text);
      if (bytes !== null) expect(toBase64Url(bytes)).toBe(text);
    }),
  );
});
