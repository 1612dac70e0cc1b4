import { describe, expect, test } from "@jest/globals";
import { UploadError } from "../../src/index.js";
import { memoryDriver } from "../../src/memory/index.js";
import { bob, failure, free, KiB, pattern, planned, rig, whole } from "./fixture.js";

describe("create", () => {
  test("answers a plan, and tells everybody without the front-end's secrets", async () => {
    const { uploads, events } = rig();
    const session = await uploads.create({ ...planned(10 * KiB), wire: { secret: "s3cret" } });
    expect(session).toMatchObject({
      state: "open",
      owner: "alice",
      policyId: "disk",
      wire: { secret: "s3cret" },
      received: 0,
    });
    expect(session.target.plan).toEqual({ size: 10 * KiB, chunkSize: 4 * KiB, count: 3 });
    expect(session).not.toHaveProperty("handle");
    expect(JSON.stringify(events)).not.toContain("s3cret");
  });

  test.each([
    [4 * KiB, 5 * KiB, { chunkSize: 5 * KiB, count: 2 }],
    [4 * KiB, 2 * KiB, { chunkSize: 4 * KiB, count: 3 }],
    [4 * KiB, 64 * KiB, { chunkSize: 6 * KiB, count: 2 }],
    [0, 1 * KiB, { chunkSize: 6 * KiB, count: 2 }],
  ])("cuts no smaller than its client can take: %d, at least %d", async (chunkSize, minChunkSize, plan) => {
    const driver = memoryDriver({ part: { minSize: 1, maxSize: 6 * KiB, maxCount: 100 } });
    const { uploads } = rig({ driver, policy: { chunks: { size: chunkSize } } });
    const session = await uploads.create({ ...planned(10 * KiB), minChunkSize });
    expect(session.target.plan).toEqual({ size: 10 * KiB, ...plan });
  });

  test.each(["", " text/plain", "text/plain\r\nx: y", "té/xt", `text/${"x".repeat(255)}`])(
    "takes no content type that no header field can have: %j",
    async (contentType) => {
      const { uploads } = rig();
      const { target } = await uploads.create({ ...planned(1), contentType });
      expect(target.contentType).toBe("application/octet-stream");
    },
  );

  test("makes keys that nobody can guess, from the policy's template", async () => {
    const { uploads } = rig({ policy: { key: "uploads/{uid}/{path}/{randomkey16}_{originname}" } });
    const { target } = await uploads.create(planned(1, "/a/b/c.txt"));
    expect(target.key).toMatch(/^uploads\/alice\/a\/b\/[0-9A-Za-z]{16}_c\.txt$/);
    expect(() => rig({ policy: { key: "{path}/{originname}" } })).toThrow(/uuid/);
  });

  test.each([
    ["/a.exe", "extension"],
    ["/noextension", "extension"],
    ["/tmp_x.txt", "pattern"],
  ])("refuses %s by the policy's %s rule", async (path, rule) => {
    const names = { extensions: { kind: "allow", list: ["TXT"] }, pattern: { kind: "deny", regexp: "^tmp_" } } as const;
    const { uploads } = rig({ policy: { accept: { names } } });
    expect(await failure(uploads.create(planned(1, path)))).toMatchObject({ code: "NAME_REFUSED", details: { rule } });
    const fine = await uploads.create(planned(1, "/fine.Txt"));
    await uploads.write(fine.id, { index: 0 }, whole(pattern(1)));
    const entry = await uploads.find({ path: "/fine.Txt" });
    expect(await failure(uploads.rename(entry?.id ?? "", path))).toMatchObject({
      code: "NAME_REFUSED",
      details: { rule },
    });
    expect((await uploads.rename(entry?.id ?? "", "/other.txt")).path).toBe("/other.txt");
  });

  test.each(["", "a", "/", "/a/", "//a", "/a/../b", "/.", "/a\u0000", `/${"x".repeat(256)}`, "/\ud800"])(
    "refuses the path %p",
    async (path) => {
      expect((await failure(rig().uploads.create(planned(1, path)))).code).toBe("NAME_REFUSED");
    },
  );

  test.each([-1, 1.5, Number.NaN, 2 ** 53])("refuses the size %p", async (size) => {
    expect((await failure(rig().uploads.create(planned(size)))).code).toBe("OBJECT_TOO_LARGE");
  });

  test("reserves quota and the path, and gives both back", async () => {
    const { uploads } = rig({ quota: () => 100 });
    const { id } = await uploads.create(planned(80));
    expect((await failure(uploads.create(planned(80)))).code).toBe("PATH_BUSY");
    expect((await failure(uploads.create(planned(80, "/b")))).code).toBe("QUOTA_EXCEEDED");
    expect(await uploads.usage()).toEqual({ reserved: 80, stored: 0, limit: 100 });
    await uploads.abort(id);
    expect(await uploads.usage()).toEqual({ reserved: 0, stored: 0, limit: 100 });
    const again = await uploads.create(planned(80));
    await uploads.write(again.id, { index: 0 }, whole(pattern(80)));
    expect(await uploads.usage()).toEqual({ reserved: 0, stored: 80, limit: 100 });
    expect((await failure(uploads.create(planned(1)))).code).toBe("OBJECT_EXISTS");
  });

  test("a backend that is away when an upload begins does not hold the path until it is back", async () => {
    const away = (): Promise<never> =>
      Promise.reject(new UploadError("BACKEND_UNAVAILABLE", "away", { driver: "node" }, { retry: "same" }));
    const node = { ...memoryDriver({ passiveBegin: false }), begin: away, abort: away };
    const { uploads } = rig({
      policies: [
        { id: "node", driver: node },
        { id: "disk", driver: memoryDriver({}) },
      ],
      routing: ["node", "disk"].map((policyId) => ({ when: {}, use: [{ policyId, weight: 1 }] })),
    });
    expect((await failure(uploads.create(planned(80)))).code).toBe("BACKEND_UNAVAILABLE");
    expect((await uploads.create(planned(80))).policyId).toBe("disk");
  });

  test("with a client's own id joins the upload that is there", async () => {
    const { uploads, engine } = rig({ driver: memoryDriver({ passiveBegin: false }) });
    const request = { ...free(100), id: "client-id" };
    const sessions = await Promise.all(Array.from({ length: 8 }, () => uploads.create(request)));
    expect(new Set(sessions.map(({ target }) => target.key)).size).toBe(1);
    expect((await failure(uploads.create({ ...request, size: 99 }))).code).toBe("SESSION_EXISTS");
    expect((await failure(engine.as(bob).status("client-id"))).code).toBe("SESSION_NOT_FOUND");
  });

  test("asks the hook first, which may change the request or refuse it", async () => {
    const { uploads } = rig({
      hooks: {
        beforeCreate: async (request) => {
          if (request.path === "/no") throw new UploadError("FORBIDDEN", "not here", { reason: "path" });
          return { ...request, metadata: { ticket: JSON.stringify(request.wire) } };
        },
      },
    });
    expect((await failure(uploads.create(planned(1, "/no")))).code).toBe("FORBIDDEN");
    expect((await uploads.create({ ...planned(1), wire: 7 })).target.metadata).toEqual({ ticket: "7" });
  });

  test("of a driver that refuses it leaves nothing behind", async () => {
    const broken = memoryDriver({ passiveBegin: false });
    const driver = {
      ...broken,
      begin: () => Promise.reject(new UploadError("BACKEND_DENIED", "no", { driver: "memory" })),
    };
    const { uploads } = rig({ driver, quota: () => 100 });
    expect((await failure(uploads.create(planned(60)))).code).toBe("BACKEND_DENIED");
    expect(await uploads.usage()).toMatchObject({ reserved: 0 });
  });

  test.each([
    [{ transfer: "direct" }, "transfer"],
    [{ chunks: { size: -1 } }, "chunks.size"],
    [{ chunks: { parallel: 0 } }, "chunks.parallel"],
    [{ accept: { maxSize: Number.NaN } }, "accept.maxSize"],
    [{ accept: { names: { pattern: { kind: "allow", regexp: "(" } } } }, "regexp"],
    [{ session: { ttlMs: 10, maxLifeMs: 5 } }, "maxLifeMs"],
    [{ key: "{randomkey8}" }, "key"],
  ] as const)("a policy with %j is refused when the engine is made", (policy, issue) => {
    expect(() => rig({ policy })).toThrow(issue);
  });

  test("refuses what the driver cannot take", async () => {
    const narrow = memoryDriver({
      deferredSize: false,
      part: { minSize: 1024, maxSize: 2048, maxCount: 3, uniform: true },
    });
    const { uploads } = rig({ driver: narrow });
    expect((await failure(uploads.create(free(null)))).code).toBe("UNSUPPORTED");
    expect((await failure(uploads.create(free(10)))).code).toBe("UNSUPPORTED");
    expect((await failure(uploads.create(planned(3 * 2048 + 1)))).code).toBe("PLAN_IMPOSSIBLE");
    expect((await uploads.create(planned(3 * 2048))).target.plan).toEqual({ size: 6144, chunkSize: 2048, count: 3 });
  });
});

describe("routing", () => {
  const policies = ["videos", "staff", "rest"].map((id) => ({ id, driver: memoryDriver({}) }));
  const routing = [
    { when: { contentType: "video/*", minSize: 100 }, use: [{ policyId: "videos", weight: 1 }] },
    { when: { groups: ["staff"], pathPrefix: "/desk" }, use: [{ policyId: "staff", weight: 1 }] },
    { when: {}, use: [{ policyId: "rest", weight: 1 }] },
  ];
  const at = async (path: string, size: number, contentType: string): Promise<string> =>
    (await rig({ policies, routing }).uploads.create({ ...planned(size, path), contentType })).policyId;

  test("goes by the first rule that matches", async () => {
    expect(await at("/v", 100, "video/mp4; codecs=x")).toBe("videos");
    expect(await at("/v", 99, "video/mp4")).toBe("rest");
    expect(await at("/desk/a", 1, "text/plain")).toBe("staff");
    expect(await at("/desktop", 1, "text/plain")).toBe("rest");
    expect((await failure(rig({ policies, routing }).uploads.create({ ...planned(1), policyId: "none" }))).code).toBe(
      "POLICY_NOT_FOUND",
    );
    expect(rig({ policies, routing }).uploads.policyFor("/desk").id).toBe("staff");
  });

  test("spreads by weight over healthy policies, and goes round a sick one", async () => {
    const sick = memoryDriver({ passiveBegin: false });
    const down = {
      ...sick,
      begin: () => Promise.reject(new UploadError("BACKEND_UNAVAILABLE", "down", { driver: "memory" })),
    };
    const { uploads } = rig({
      policies: [
        { id: "down", driver: down },
        { id: "up", driver: memoryDriver({}) },
      ],
      routing: [
        {
          when: {},
          use: [
            { policyId: "down", weight: 1000 },
            { policyId: "up", weight: 1 },
          ],
        },
      ],
    });
    expect((await failure(uploads.create(planned(1, "/0")))).code).toBe("BACKEND_UNAVAILABLE");
    for (const path of ["/1", "/2", "/3"]) expect((await uploads.create(planned(1, path))).policyId).toBe("up");
  });

  test("draws about as often as the weights say", async () => {
    const two = ["a", "b"].map((id) => ({ id, driver: memoryDriver({}) }));
    const { uploads } = rig({
      policies: two,
      routing: [
        {
          when: {},
          use: [
            { policyId: "a", weight: 3 },
            { policyId: "b", weight: 1 },
          ],
        },
      ],
    });
    let a = 0;
    for (let i = 0; i < 400; i++) if ((await uploads.create(planned(1, `/${i}`))).policyId === "a") a++;
    expect(a).toBeGreaterThan(240);
    expect(a).toBeLessThan(360);
  });
});

describe("a stranger", () => {
  test("sees nothing of a session, nor of a file", async () => {
    const { uploads, engine } = rig();
    const { id } = await uploads.create(planned(1));
    const stranger = engine.as(bob);
    for (const call of [
      () => stranger.status(id),
      () => stranger.write(id, { index: 0 }, whole(pattern(1))),
      () => stranger.complete(id),
      () => stranger.abort(id),
      () => stranger.takeOver(id),
      () => stranger.declareSize(id, 1),
      () => stranger.read({ sessionId: id }, null),
    ])
      expect(await failure(call())).toMatchObject({
        code: "SESSION_NOT_FOUND",
        message: expect.stringContaining(id) as unknown,
      });
    expect(await stranger.sessions({ limit: 10 })).toEqual([]);
    expect(await stranger.sessions({ limit: 10, owner: "alice" })).toEqual([]);
    await uploads.write(id, { index: 0 }, whole(pattern(1)));
    const entry = await uploads.find({ path: "/a.bin" });
    expect(await stranger.find({ path: "/a.bin" })).toBeNull();
    expect(await stranger.find({ id: entry?.id ?? "" })).toBeNull();
    expect((await failure(stranger.remove(entry?.id ?? ""))).code).toBe("ENTRY_NOT_FOUND");
    expect((await failure(stranger.read({ entryId: entry?.id ?? "" }, null))).code).toBe("ENTRY_NOT_FOUND");
    expect((await engine.as({ owner: null, groups: [] }).status(id)).session.owner).toBe("alice");
  });
});
