import { createHash } from "node:crypto";
import { afterEach, describe, expect, test } from "@jest/globals";
import { bob, broken, content, download, open, openSite, unsized, upload } from "./site.js";
import type { Reply, SiteOptions, TestSite } from "./site.js";

let site: TestSite;
const start = (options: SiteOptions = {}): TestSite => (site = openSite(options));
afterEach(() => site.close());

const put = (path: string, body: Buffer, extra = "", headers: Record<string, string> = {}): Promise<Reply> =>
  site.send("PUT", `/file/content?uri=${encodeURIComponent(`cloudreve://my${path}`)}${extra}`, { body, headers });
const list = (path: string, extra = ""): Promise<Reply> =>
  site.send("GET", `/file?uri=${encodeURIComponent(`cloudreve://my${path}`)}${extra}`);
const names = (reply: Reply): string[] => reply.data.files.map(({ name }: { name: string }) => name);
const create = (body: object): Promise<Reply> => site.send("POST", "/file/create", { body });

describe("listing", () => {
  test("the root is there before anything is in it", async () => {
    start();
    const { data } = await list("");
    expect(data).toMatchObject({
      files: [],
      parent: { type: 1, path: "cloudreve://my" },
      pagination: { page: 0, page_size: 100, is_cursor: true },
      props: { max_page_size: 2000 },
      context_hint: null,
      mixed_type: false,
    });
    expect(data.pagination).not.toHaveProperty("next_token");
    expect(Buffer.from(data.props.capability, "base64")[0]! & (1 << 6)).not.toBe(0);
  });

  test("pages follow each other without loss or repetition", async () => {
    start();
    const all = ["a", "b c", "ü", "z#", "%41", "~", "Ω"].sort();
    for (const name of all) await put(`/folder/${encodeURIComponent(name)}`, content(1));
    const seen: string[] = [];
    let token = "";
    for (let pages = 0; pages < 9; pages += 1) {
      const reply = await list(
        "/folder",
        `&page_size=2${token === "" ? "" : `&next_page_token=${encodeURIComponent(token)}`}`,
      );
      seen.push(...names(reply));
      expect(names(reply).length).toBeLessThanOrEqual(2);
      token = reply.data.pagination.next_token ?? "";
      if (token === "") break;
    }
    expect(seen).toEqual(all);
    expect(names(await list(""))).toEqual(["folder"]);
  });

  test("a file lists itself; what is not there is 40016; a search is refused", async () => {
    start();
    await put("/folder/a.txt", content(3));
    const { data } = await list("/folder/a.txt");
    expect(data).toMatchObject({ single_file_view: true, files: [{ name: "a.txt" }], parent: { name: "folder" } });
    expect((await list("/nowhere")).code).toBe(40016);
    expect((await list("/folder?name=a")).code).toBe(403);
    expect((await list("", "&next_page_token=Lg==")).code).toBe(40001);
    expect((await list("", "&page_size=x")).code).toBe(40001);
    expect((await site.send("GET", "/file")).code).toBe(40001);
  });

  test("nobody sees the files of somebody else", async () => {
    start();
    await put("/mine", content(3));
    const { data } = await site.send("GET", "/file/info?uri=cloudreve://my/mine");
    const asBob = (path: string): Promise<Reply> => site.send("GET", path, { as: bob });
    expect((await asBob("/file?uri=cloudreve://my")).data.files).toEqual([]);
    expect((await asBob("/file/info?uri=cloudreve://my/mine")).code).toBe(40016);
    expect((await asBob(`/file/info?id=${data.id}`)).code).toBe(40016);
    expect((await asBob("/file/info?uri=cloudreve://alice@my/mine")).code).toBe(403);
    expect((await site.send("GET", `/file/info?id=${data.id}`)).data.name).toBe("mine");
  });
});

describe("making, renaming, deleting", () => {
  test("folders and empty files, once or again", async () => {
    start();
    const folder = await create({ uri: "cloudreve://my/a/b", type: "folder" });
    expect(folder.data).toMatchObject({ type: 1, name: "b", path: "cloudreve://my/a/b" });
    expect((await create({ uri: "cloudreve://my/a/b", type: "folder" })).data.id).toBe(folder.data.id);
    const file = await create({ uri: "cloudreve://my/a/f", type: "file", metadata: { "tag:x": "1" } });
    expect(file.data).toMatchObject({ type: 0, size: 0, metadata: { "tag:x": "1" } });
    expect((await create({ uri: "cloudreve://my/a/f", type: "file" })).data.id).toBe(file.data.id);
    expect((await create({ uri: "cloudreve://my/a/f", type: "file", err_on_conflict: true })).code).toBe(40004);
    expect((await create({ uri: "cloudreve://my/a/f", type: "folder" })).code).toBe(40004);
    expect((await create({ uri: "cloudreve://my/a/b", type: "file" })).code).toBe(40004);
    expect((await create({ uri: "cloudreve://my/a:b", type: "folder" })).code).toBe(40052);
    expect((await create({ uri: "cloudreve://my/x", type: "link" })).code).toBe(40001);
    expect(names(await list("/a"))).toEqual(["b", "f"]);
  });

  test("renaming takes a folder's files along", async () => {
    start();
    await put("/a/f", content(30));
    const rename = (uri: string, new_name: string): Promise<Reply> =>
      site.send("POST", "/file/rename", { body: { uri, new_name } });
    expect((await rename("cloudreve://my/a", "b")).data).toMatchObject({ name: "b", path: "cloudreve://my/b" });
    expect((await download(site, "cloudreve://my/b/f")).equals(content(30))).toBe(true);
    expect((await rename("cloudreve://my/a", "c")).code).toBe(40016);
    expect((await rename("cloudreve://my/b", "b")).code).toBe(0);
    expect((await rename("cloudreve://my", "b")).code).toBe(40053);
    for (const bad of ["x/y", "..", "a:b", "a\u0000"]) expect((await rename("cloudreve://my/b", bad)).code).toBe(40052);
    await put("/other", content(1));
    expect((await rename("cloudreve://my/other", "b")).code).toBe(40004);
  });

  test("deleting is by batch, with a reason for each that failed", async () => {
    start({ quota: 100 });
    await put("/a/f", content(30));
    await put("/g", content(5));
    const remove = (...uris: string[]): Promise<Reply> => site.send("DELETE", "/file", { body: { uris } });
    const mixed = await remove("cloudreve://my/a", "cloudreve://my/none");
    expect(mixed.all).toMatchObject({ code: 40081, aggregated_error: { "cloudreve://my/none": { code: 40016 } } });
    expect(names(await list(""))).toEqual(["g"]);
    expect((await remove("cloudreve://my/g", "cloudreve://my")).code).toBe(40053);
    expect((await remove("cloudreve://my/g", "nonsense")).code).toBe(40001);
    expect((await remove("cloudreve://my/g", "cloudreve://bob@my/g")).code).toBe(403);
    expect(names(await list(""))).toEqual(["g"]);
    expect((await remove("cloudreve://my/g")).all).toEqual({ code: 0, msg: "" });
    expect((await site.send("GET", "/user/capacity")).data).toEqual({ total: 100, used: 0 });
    expect((await remove(...Array.from({ length: 3001 }, () => "cloudreve://my/g"))).code).toBe(40074);
  });
});

describe("PUT /file/content", () => {
  test("makes, then replaces, across many chunks", async () => {
    start();
    const made = await put("/a/notes.txt", content(95));
    expect(made.data).toMatchObject({ type: 0, name: "notes.txt", size: 95, path: "cloudreve://my/a/notes.txt" });
    const replaced = await put("/a/notes.txt", content(33, 4), `&previous=${made.data.primary_entity}`);
    expect(replaced.data).toMatchObject({ id: made.data.id, size: 33 });
    expect((await put("/a/notes.txt", content(1), `&previous=${made.data.primary_entity}`)).code).toBe(40076);
    expect((await put("/a/notes.txt", content(1), "&previous=x")).code).toBe(40001);
    expect((await download(site, "cloudreve://my/a/notes.txt")).equals(content(33, 4))).toBe(true);
    expect((await put("/a/empty", content(0))).data.size).toBe(0);
  });

  test("keeps to its limit and to its length, and leaves nothing behind", async () => {
    start({ api: { maxContentSize: 50 }, quota: 1000 });
    expect((await put("/f", content(51))).code).toBe(40049);
    const path = "/file/content?uri=cloudreve://my/f";
    const headers = { "x-expected-entity-length": "25" };
    expect((await site.send("PUT", path, { source: unsized(content(25)) })).code).toBe(40013);
    expect((await site.send("PUT", path, { source: unsized(content(24)), headers })).code).toBe(40013);
    expect((await site.send("PUT", path, { source: unsized(content(26)), headers })).code).toBe(40013);
    expect((await site.send("PUT", path, { source: broken(content(12), 25) })).code).toBe(-1);
    const wrong = { "content-digest": `sha-256=:${createHash("sha256").update("x").digest("base64")}:` };
    expect((await put("/f", content(25), "", wrong)).code).not.toBe(0);
    expect((await list("")).data.files).toEqual([]);
    expect((await site.send("GET", "/user/capacity")).data).toEqual({ total: 1000, used: 0 });
    const right = { "content-digest": `sha-256=:${createHash("sha256").update(content(25)).digest("base64")}:` };
    expect((await put("/f", content(25), "", right)).code).toBe(0);
    expect((await site.send("PUT", path, { source: unsized(content(25, 3)), headers })).code).toBe(0);
    expect((await download(site, "cloudreve://my/f")).equals(content(25, 3))).toBe(true);
  });

  test("an empty body says that it is", async () => {
    start();
    const path = "/file/content?uri=cloudreve://my/f";
    await put("/f", content(9));
    expect((await site.send("PUT", path)).code).toBe(40013);
    expect((await site.send("PUT", path, { headers: { "x-expected-entity-length": "9" } })).code).toBe(40013);
    expect((await download(site, "cloudreve://my/f")).equals(content(9))).toBe(true);
    expect((await site.send("PUT", path, { headers: { "x-expected-entity-length": "0" } })).data.size).toBe(0);
    await put("/f", content(9));
    expect((await site.send("PUT", path, { headers: { "content-length": "0" } })).data.size).toBe(0);
    const session = await open(site, "cloudreve://my/empty", 0);
    const chunk = `/file/upload/${session.session_id}/0`;
    expect((await site.send("POST", chunk)).code).toBe(40013);
    expect((await site.send("POST", chunk, { headers: { "content-length": "0" } })).code).toBe(0);
  });

  test("a folder is no file", async () => {
    start();
    await put("/a/f", content(1));
    expect((await put("/a", content(1))).code).toBe(40004);
    expect((await put("", content(1))).code).toBe(40004);
  });
});

describe("the site", () => {
  test("ping, configuration and capacity", async () => {
    start({ api: { title: "Files of ours" } });
    expect((await site.send("GET", "/site/ping", { as: null })).all).toEqual({ code: 0, data: "4.14.0", msg: "" });
    expect((await site.send("GET", "/site/config/basic", { as: null })).data).toEqual({ title: "Files of ours" });
    expect((await site.send("GET", "/site/config/what", { as: null })).data).toEqual({ title: "Files of ours" });
    expect((await site.send("GET", "/site/config/explorer", { as: null })).data).toEqual({ max_batch_size: 3000 });
    await open(site, "cloudreve://my/a", 25);
    await upload(site, "cloudreve://my/b", content(5));
    const { data } = await site.send("GET", "/user/capacity");
    expect(data).toEqual({ total: Number.MAX_SAFE_INTEGER, used: 30 });
  });
});
