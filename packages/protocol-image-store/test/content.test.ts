import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { imageStore } from "../src/index.js";
import { broken, content, guid, openSite, sendChunk } from "./site.js";
import type { TestSite } from "./site.js";

let site: TestSite;
beforeEach(() => {
  site = openSite();
});
afterEach(() => site.close());

const put = (path: string, body = content(3)) => site.send("PUT", `${path}?api-version=6.0`, { body });
const list = (path: string, query = "") => site.send("GET", `${path}?api-version=6.2${query}`);

test("a file goes up in one request, over another one", async () => {
  expect(await put("/App%2Fa.bin", content(40))).toMatchObject({ status: 200, text: "" });
  expect(await put("/App/a.bin", content(7))).toMatchObject({ status: 200 });
  expect(await site.read("/App/a.bin")).toEqual(content(7));
  expect(await put("/empty", content(0))).toMatchObject({ status: 200 });
  expect(await site.read("/empty")).toEqual(Buffer.alloc(0));
});

test("a file that breaks off leaves nothing, and the old one stays", async () => {
  await put("/file", content(9));
  const source = broken(content(4), 30);
  expect(await site.send("PUT", "/file?api-version=6.0", { source })).toMatchObject({ status: 400, code: "E_ABORT" });
  expect(await site.read("/file")).toEqual(content(9));
  expect(await site.engine.as({ owner: "alice", groups: [] }).sessions({ state: "open", limit: 9 })).toEqual([]);
});

test("folders list what they hold, in the documented shape", async () => {
  for (const path of ["/App/a.bin", "/App/Code/b.bin", "/App/Code/Deep/c.bin", "/top"]) await put(path);
  expect((await list("")).data).toEqual((await list("/")).data);
  expect((await list("")).data).toEqual({
    StoreFiles: [
      {
        FileSize: "3",
        FileVersion: {
          VersionNumber: expect.stringMatching(/^\d+$/),
          EpochDataLossNumber: "0",
          EpochConfigurationNumber: "0",
        },
        ModifiedDate: expect.stringMatching(/Z$/),
        StoreRelativePath: "top",
      },
    ],
    StoreFolders: [{ StoreRelativePath: "App", FileCount: "3" }],
  });
  const app = (await list("/App")).data;
  expect(app.StoreFiles.map(({ StoreRelativePath }: { StoreRelativePath: string }) => StoreRelativePath)).toEqual([
    "App\\a.bin",
  ]);
  expect(app.StoreFolders).toEqual([{ StoreRelativePath: "App\\Code", FileCount: "2" }]);
  expect((await list("/App%2FCode%2Fb.bin")).data).toMatchObject({
    StoreFiles: [{ StoreRelativePath: "App\\Code\\b.bin", FileSize: "3" }],
    StoreFolders: [],
  });
  expect(await list("/App/none")).toMatchObject({ status: 404, code: "FABRIC_E_FILE_NOT_FOUND" });
});

test("a long listing comes in pages", async () => {
  const paged = openSite({ api: { maxPage: 2 } });
  for (const name of ["a", "b", "c", "d", "e"])
    await paged.send("PUT", `/dir%2F${name}?api-version=6.0`, { body: content(1) });
  const names: string[] = [];
  for (let token = ""; ;) {
    const query = token === "" ? "" : `&ContinuationToken=${token}`;
    const { data } = await paged.send("GET", `/dir?api-version=6.2${query}`);
    for (const { StoreRelativePath } of data.StoreFiles) names.push(StoreRelativePath);
    if (data.ContinuationToken === undefined) break;
    token = data.ContinuationToken;
  }
  expect(names).toEqual(["dir\\a", "dir\\b", "dir\\c", "dir\\d", "dir\\e"]);
  await paged.close();
});

test("files and folders are deleted, and then they are not found", async () => {
  await put("/App/a.bin");
  await put("/App/Code/b.bin");
  expect(await site.send("DELETE", "/App%2FCode?api-version=6.0")).toMatchObject({ status: 200, text: "" });
  expect(await site.read("/App/Code/b.bin")).toBeNull();
  expect(await site.read("/App/a.bin")).toEqual(content(3));
  expect(await site.send("DELETE", "/App%2FCode?api-version=6.0")).toMatchObject({
    status: 404,
    code: "FABRIC_E_FILE_NOT_FOUND",
  });
});

test.each(["..%2Fx", "a%2F..%2F..%2Fx", "a%5C..%5C..%5Cx", "a%2F%2Fb", "a%2F.%2Fb", "%00", "a%0Ab", "%ff", "x%2F%"])(
  "the path %s is refused",
  async (path) => {
    for (const [method, rest] of [
      ["PUT", ""],
      ["GET", ""],
      ["DELETE", ""],
      ["GET", "/$/GetUploadSession"],
    ] as const)
      expect(await site.send(method, `/${path}${rest}?api-version=6.0`)).toMatchObject({ status: 400 });
    const chunk = `/${path}/$/UploadChunk?api-version=6.0&session-id=${guid(1)}`;
    const headers = { "content-range": "bytes 0-2/3" };
    expect(await site.send("PUT", chunk, { headers, body: content(3) })).toMatchObject({ status: 400 });
    expect((await list("")).data).toEqual({ StoreFiles: [], StoreFolders: [] });
  },
);

test("slashes in any spelling name one file", async () => {
  await put("/a%2Fb%5Cc/d", content(5));
  for (const path of ["/a/b/c/d", "/a%5Cb%5Cc%5Cd", "/%2Fa/b/c%2Fd", "/a%2fb/c/d/"])
    expect((await list(path)).data.StoreFiles[0]).toMatchObject({ StoreRelativePath: "a\\b\\c\\d", FileSize: "5" });
});

test("a folder's place is not taken by a file, nor the other way round", async () => {
  await put("/dir/file");
  expect(await put("/dir")).toMatchObject({ status: 409, code: "FABRIC_E_NAME_ALREADY_EXISTS" });
  expect(await put("/dir/file/below")).toMatchObject({ status: 409 });
  expect(await sendChunk(site, "dir", guid(2), content(3), [0, 3])).toMatchObject({ status: 409 });
});

test.each([
  ["", 400],
  ["api-version=5.9", 400],
  ["api-version=6.5", 400],
  ["api-version=6", 400],
  ["api-version=6.0&timeout=0", 400],
  ["api-version=6.0&timeout=4294967296", 400],
  ["api-version=6.0&timeout=-1", 400],
  ["api-version=6.0&api-version=6.1", 400],
  ["api-version=6.4&timeout=4294967295", 200],
  ["api-version=6.0&timeout=1&ServiceKindFilter=2", 200],
])("the query %p is answered with %i", async (query, status) => {
  const reply = await site.send("GET", `/?${query}`);
  expect(reply.status).toBe(status);
  if (status === 400) expect(reply.code).toBe("E_INVALIDARG");
});

test("what is not there says so in the fabric's own form", async () => {
  const kinds: readonly (readonly [string, string, number, string])[] = [
    ["POST", "/$/Copy", 400, "E_NOTIMPL"],
    ["GET", "/$/Info", 404, "FABRIC_E_NAME_DOES_NOT_EXIST"],
    ["PATCH", "/file", 405, "E_NOTIMPL"],
    ["PUT", "", 405, "E_NOTIMPL"],
  ];
  for (const [method, path, status, code] of kinds)
    expect(await site.send(method, `${path}?api-version=6.0`)).toMatchObject({ status, code });
  expect((await site.send("PATCH", "/file?api-version=6.0")).headers["allow"]).toBe("GET, PUT, DELETE");
});

test("nobody that we know gets nothing but the description", async () => {
  expect(await site.send("GET", "/?api-version=6.0", { as: null })).toMatchObject({
    status: 401,
    code: "E_ACCESSDENIED",
  });
  const { data } = await site.send("GET", "/$/openapi.json", { as: null });
  expect(data).toMatchObject({ openapi: "3.1.0", info: { title: "Stowage image store" } });
  expect(Object.keys(data.paths)).toContain("/{contentPath}/$/UploadChunk");
});

test("the operator has no files of its own", async () => {
  const as = { owner: null, groups: [] };
  expect(await site.send("GET", "/?api-version=6.0", { as })).toMatchObject({ status: 403, code: "E_ACCESSDENIED" });
});

test("a coded body is refused", async () => {
  const headers = { "content-encoding": "gzip" };
  expect(await site.send("PUT", "/x?api-version=6.0", { headers, body: content(3) })).toMatchObject({ status: 400 });
});

test("wrong options are named", () => {
  expect(() => imageStore({ maxPage: 0 })).toThrow(/maxPage/);
});
