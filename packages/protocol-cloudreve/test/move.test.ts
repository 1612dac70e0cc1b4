import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { bob, content, download, open, openSite, upload } from "./site.js";
import type { Reply, TestSite } from "./site.js";

let site: TestSite;
beforeEach(async () => {
  site = openSite();
  await upload(site, my("a/one.bin"), content(25));
  await upload(site, my("a/deep/two.bin"), content(15, 2));
  await upload(site, my("three.bin"), content(5, 3));
  await site.send("POST", "/file/create", { body: { uri: my("b"), type: "folder" } });
});
afterEach(() => site.close());

function my(path: string): string {
  return `cloudreve://my/${path}`;
}
const move = (uris: readonly string[], dst: string, more: object = {}): Promise<Reply> =>
  site.send("POST", "/file/move", { body: { uris, dst, ...more } });
const names = async (folder: string): Promise<string[]> =>
  (await site.send("GET", `/file?uri=${folder}`)).data.files.map(({ name }: { name: string }) => name);
const reasons = ({ all }: Reply): object =>
  Object.fromEntries(
    Object.entries(all.aggregated_error as Record<string, { code: number }>).map(([uri, { code }]) => [uri, code]),
  );

describe("moving", () => {
  test("files and folders, with all that is in them, keep their ids and bytes", async () => {
    const before = (await site.send("GET", `/file/info?uri=${my("a/deep/two.bin")}`)).data;
    expect((await move([my("a"), my("three.bin")], my("b"))).all).toEqual({ code: 0, msg: "" });
    expect(await names("cloudreve://my")).toEqual(["b"]);
    expect(await names(my("b"))).toEqual(["a", "three.bin"]);
    const after = (await site.send("GET", `/file/info?id=${before.id}`)).data;
    expect(after).toMatchObject({ path: my("b/a/deep/two.bin"), primary_entity: before.primary_entity });
    expect((await download(site, my("b/a/deep/two.bin"))).equals(content(15, 2))).toBe(true);
    expect((await move([my("b/three.bin")], "cloudreve://my")).code).toBe(0);
    expect(await names("cloudreve://my")).toEqual(["b", "three.bin"]);
  });

  test("into the folder where it is already: nothing to do", async () => {
    expect((await move([my("three.bin"), my("three.bin")], "cloudreve://my/")).code).toBe(0);
    expect(await names("cloudreve://my")).toEqual(["a", "b", "three.bin"]);
  });

  test("some fail, each with its reason, and the others move", async () => {
    await upload(site, my("b/three.bin"), content(5));
    await open(site, my("b/one.bin"), 10);
    const reply = await move([my("three.bin"), my("none"), my("a/one.bin"), my("a/deep")], my("b"));
    expect(reply.code).toBe(40081);
    expect(reasons(reply)).toEqual({ [my("three.bin")]: 40004, [my("none")]: 40016, [my("a/one.bin")]: 40073 });
    expect(reply.all.aggregated_error[my("a/one.bin")].data[0].token).toMatch(/./);
    expect(await names(my("b"))).toEqual(["deep", "three.bin"]);
    expect((await download(site, my("b/three.bin"))).equals(content(5))).toBe(true);
  });

  test("a folder goes neither into itself nor below", async () => {
    for (const dst of [my("a"), my("a/deep")]) {
      const reply = await move([my("a")], dst);
      expect(reasons(reply)).toEqual({ [my("a")]: 403 });
    }
    expect(await names(my("a"))).toEqual(["deep", "one.bin"]);
    await site.send("POST", "/file/create", { body: { uri: my("ab"), type: "folder" } });
    expect((await move([my("a")], my("ab"))).code).toBe(0);
  });

  test.each([
    ["a copy", [my("three.bin")], my("b"), { copy: true }, 403],
    ["the root", ["cloudreve://my"], my("b"), {}, 40053],
    ["to a folder that is not there", [my("three.bin")], my("none"), {}, 40016],
    ["to a file", [my("three.bin")], my("a/one.bin"), {}, 40016],
    ["to another user", [my("three.bin")], "cloudreve://bob@my", {}, 403],
    ["to the trash", [my("three.bin")], "cloudreve://trash", {}, 403],
    ["of another user's, beside one's own", [my("three.bin"), "cloudreve://bob@my/x"], my("b"), {}, 403],
    ["nothing", [], my("b"), {}, 40001],
    ["what is no URI", ["three.bin"], my("b"), {}, 40001],
    ["too much", Array.from({ length: 3001 }, () => my("three.bin")), my("b"), {}, 40074],
  ])("%s is refused as a whole", async (_name, uris, dst, more, code) => {
    expect((await move(uris, dst, more)).code).toBe(code);
    expect(await names("cloudreve://my")).toEqual(["a", "b", "three.bin"]);
    expect(await names(my("b"))).toEqual([]);
  });

  test("paths do not grow without end", async () => {
    const long = "x".repeat(250);
    let path = "";
    for (let depth = 0; depth < 16; depth += 1) path += `/${long}`;
    await site.send("POST", "/file/create", { body: { uri: `cloudreve://my${path}`, type: "folder" } });
    await upload(site, my(`y${long.slice(5)}`), content(1));
    const reply = await move([my(`y${long.slice(5)}`)], `cloudreve://my${path}`);
    expect(reasons(reply)).toEqual({ [my(`y${long.slice(5)}`)]: 40052 });
  });

  test("nobody moves what is somebody else's", async () => {
    const body = { uris: [my("three.bin")], dst: "cloudreve://my" };
    const reply = await site.send("POST", "/file/move", { as: bob, body });
    expect(reasons(reply)).toEqual({ [my("three.bin")]: 40016 });
    expect((await site.send("POST", "/file/move", { as: null, body })).code).toBe(401);
  });
});
