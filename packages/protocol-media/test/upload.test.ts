import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { docx, jpeg, lateDocx, pdf, png } from "./samples.js";
import { alice, bob, complete, openSite, readFile, sendAll, sendChunk } from "./site.js";
import type { TestSite } from "./site.js";

let site: TestSite;
beforeAll(() => {
  site = openSite();
});
afterAll(() => site.close());

describe("a file in chunks of 204800 bytes becomes media", () => {
  const files = [
    { kind: "image", whole: jpeg(500_000), type: "image/jpeg", ext: "jpg" },
    { kind: "image", whole: png(400), type: "image/png", ext: "png" },
    { kind: "document", whole: pdf(450_000), type: "application/pdf", ext: "pdf" },
    { kind: "document", whole: docx(450_000), type: /wordprocessingml\.document$/, ext: "docx" },
  ] as const;
  test.each(files)("$ext", async ({ kind, whole, type, ext }) => {
    const id = await sendAll(site, whole, { kind });
    const reply = await complete(site, id);
    expect(reply.status).toBe(200);
    expect(reply.data).toMatchObject({
      type: kind,
      content_type: typeof type === "string" ? type : expect.stringMatching(type),
      size: whole.length,
      name: `${id}.${ext}`,
      path: `/media/${id}.${ext}`,
    });
    expect((await readFile(site, reply.data.id)).equals(whole)).toBe(true);
    expect((await complete(site, id)).data).toEqual(reply.data);
    expect((await site.send("GET", `/${reply.data.id}/`)).data).toEqual(reply.data);
  });
});

test("a chunk is answered with the next offset and the upload's end", async () => {
  const whole = png(300);
  const first = await sendChunk(site, whole, 0, 5000);
  expect(first).toMatchObject({ status: 201, data: { offset: "5000" } });
  expect(new Date(first.data.expires).toISOString()).toBe(first.data.expires);
  expect(Date.parse(first.data.expires)).toBeGreaterThan(Date.now());
  const id = first.data.upload_id as string;
  for (const path of ["/upload/chunk", "/upload/chunk/"])
    expect(await site.send("POST", path, {})).toMatchObject({ status: 415 });
  // The last chunk may come again, also with its id behind the file.
  for (const idLast of [false, true])
    expect(await sendChunk(site, whole, 0, 5000, { id, idLast })).toMatchObject({
      status: 201,
      data: { upload_id: id, offset: "5000" },
    });
  expect((await sendChunk(site, whole, 5000, 9000, { id, idLast: true })).data.offset).toBe("9000");
});

test("the last chunk may come again when the file is there", async () => {
  const whole = png(40);
  const id = await sendAll(site, whole, {}, [4200, whole.length]);
  await complete(site, id);
  expect(await sendChunk(site, whole, 4200, whole.length, { id })).toMatchObject({ status: 201 });
  const other = Buffer.concat([whole.subarray(0, -1), Buffer.from("x")]);
  expect(await sendChunk(site, other, 4200, whole.length, { id })).toMatchObject({ status: 409 });
});

test("a file whose first chunk does not tell what it is, is judged when it is whole", async () => {
  for (const [kind, whole, ends, ext] of [
    ["document", lateDocx(300_000), undefined, "docx"],
    ["image", png(60), [1, 2, 9000], "png"],
  ] as const) {
    const id = await sendAll(site, whole, { kind }, ends === undefined ? undefined : [...ends, whole.length]);
    const replies = await Promise.all([complete(site, id), complete(site, id)]);
    const done = replies.filter(({ status }) => status === 200);
    expect(done.length).toBeGreaterThan(0);
    const again = await complete(site, id);
    expect(again).toMatchObject({ status: 200, data: { name: `${id}.${ext}`, size: whole.length } });
    for (const { data } of done) expect(data).toEqual(again.data);
    expect((await readFile(site, again.data.id)).equals(whole)).toBe(true);
  }
});

test("files are named as the client says, as far as that is right", async () => {
  const named = openSite({ api: { path: "/in/{kind}/{name}" } });
  const whole = png(20);
  const paths: string[] = [];
  for (const name of ["C:\\x\\holiday.png", "holiday.png", "holiday.html", "..", "b\u202egnp.exe"]) {
    const { data } = await complete(named, await sendAll(named, whole, { name }));
    paths.push(data.path);
  }
  expect(paths.slice(0, 3)).toEqual([
    "/in/image/holiday.png",
    "/in/image/holiday (2).png",
    "/in/image/holiday (3).png",
  ]);
  expect(paths[3]).toMatch(/^\/in\/image\/[\w-]{20,}\.png$/);
  expect(paths[4]).toBe("/in/image/bgnp.png");
  // A name that an unfinished upload aims at is taken, too.
  await sendAll(named, whole, { name: "later.png" });
  const { data } = await complete(named, await sendAll(named, whole, { name: "later.png" }));
  expect(data.name).toBe("later (2).png");
  await named.close();
});

test("completion takes a form of either coding, and JSON", async () => {
  const whole = png(20);
  const bodies = [
    (id: string) => [`upload_id=${id}`, "application/x-www-form-urlencoded"],
    (id: string) => [`{"upload_id":"${id}"}`, "application/json; charset=utf-8"],
    (id: string) => [
      `--b\r\nContent-Disposition: form-data; name="upload_id"\r\n\r\n${id}\r\n--b--\r\n`,
      "multipart/form-data; boundary=b",
    ],
  ] as const;
  for (const make of bodies) {
    const [body = "", type = ""] = make(await sendAll(site, whole));
    const request = { body: Buffer.from(body), headers: { "content-type": type } };
    expect(await site.send("POST", "/upload/chunk/complete", request)).toMatchObject({ status: 200 });
  }
});

test("what completes side by side is completed once", async () => {
  const id = await sendAll(site, png(50));
  const replies = await Promise.all(Array.from({ length: 5 }, () => complete(site, id)));
  expect(new Set(replies.map(({ raw }) => raw)).size).toBe(1);
  expect(replies[0]?.status).toBe(200);
});

test("a file that was moved or removed is gone for its completion, and media by its id", async () => {
  const id = await sendAll(site, png(20));
  const { data } = await complete(site, id);
  const files = site.engine.as(alice);
  await files.rename(data.id, "/elsewhere.png");
  expect(await complete(site, id)).toMatchObject({ status: 410, data: { error: { code: "MEDIA_GONE" } } });
  expect((await site.send("GET", `/${data.id}`)).data).toEqual({
    ...data,
    name: "elsewhere.png",
    path: "/elsewhere.png",
  });
  expect(await site.send("GET", `/${data.id}/`, { as: bob })).toMatchObject({ status: 404 });
  await files.remove(data.id);
  expect(await site.send("GET", `/${data.id}/`)).toMatchObject({ status: 404 });
});

test("the same chunk several times at once is stored once", async () => {
  const whole = png(200);
  const { data } = await sendChunk(site, whole, 0, 60_000);
  const id = data.upload_id as string;
  const replies = await Promise.all(
    Array.from({ length: 6 }, () => sendChunk(site, whole, 60_000, whole.length, { id })),
  );
  expect(replies.some(({ status }) => status === 201)).toBe(true);
  for (const reply of replies) expect([201, 409]).toContain(reply.status);
  const done = await complete(site, id);
  expect((await readFile(site, done.data.id)).equals(whole)).toBe(true);
});
