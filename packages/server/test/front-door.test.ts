import { describe, expect, test } from "@jest/globals";
import { fromBytes, isUploadError, silentLogger, UploadError } from "@stowage/core";
import type { Caller, Files, Logger, Uploads } from "@stowage/core";
import type { Access, HttpExchange, Protocol } from "@stowage/core/http";
import { isLoopbackOrigin } from "../src/cors.js";
import { frontDoor } from "../src/index.js";
import { noEngine, testDoor } from "./test-door.js";

const { signal } = new AbortController();

function exchangeOf(path: string, fields: Readonly<Record<string, string>> = {}, method = "GET"): HttpExchange {
  return {
    method,
    url: new URL(path, "http://files.example"),
    header: (name) => fields[name],
    body: fromBytes(new Uint8Array()),
    trailers: async () => new Map(),
    peer: null,
    cut: () => {},
  };
}

function named(name: string, seen: string[] = []): Protocol {
  return {
    name,
    handle: async (_exchange, _access, { prefix }) => {
      seen.push(`${name} at ${prefix}`);
      return { status: 200, body: name };
    },
  };
}

describe("mounts", () => {
  test("the longest prefix wins, wherever it stands in the list", async () => {
    const seen: string[] = [];
    const mounts = [
      { prefix: "", protocol: named("root", seen) },
      { prefix: "/api", protocol: named("api", seen) },
      { prefix: "/api/v4", protocol: named("v4", seen) },
    ];
    const door = frontDoor({ engine: noEngine, mounts });
    for (const path of ["/api/v4/file", "/api/v4", "/api/v40", "/apix", "/"])
      await door.answer(exchangeOf(path), { signal });
    expect(seen).toEqual(["v4 at /api/v4", "v4 at /api/v4", "api at /api", "root at ", "root at "]);
  });

  test.each([["/slash/"], ["no-slash"], ["/a?b"], ["/a//b"], ["/%61"]])("%s is no prefix", (prefix) => {
    expect(() => frontDoor({ engine: noEngine, mounts: [{ prefix, protocol: named("x") }] })).toThrow(
      "not a path prefix",
    );
  });

  test("one prefix twice is a mistake", () => {
    const mounts = [
      { prefix: "/a", protocol: named("x") },
      { prefix: "/a", protocol: named("y") },
    ];
    expect(() => frontDoor({ engine: noEngine, mounts })).toThrow("/a: mounted twice");
  });
});

test("the caller is settled before the front-end sees the request", async () => {
  const seen: Access[] = [];
  const protocol: Protocol = { name: "x", handle: async (_exchange, access) => (seen.push(access), { status: 200 }) };
  const files = {} as Uploads & Files;
  const callers: Caller[] = [];
  const engine = { as: (caller: Caller) => (callers.push(caller), files) };
  const identify = async (exchange: HttpExchange): Promise<Caller | null> => {
    const owner = exchange.header("x-user");
    return owner === undefined ? null : { owner, groups: [] };
  };
  const door = frontDoor({ engine, mounts: [{ prefix: "", protocol }], identify });
  await door.answer(exchangeOf("/"), { signal });
  await door.answer(exchangeOf("/", { "x-user": "ann" }), { signal });
  expect(seen.map(({ caller }) => caller)).toEqual([null, { owner: "ann", groups: [] }]);
  expect(seen[0]?.as({ owner: "bob", groups: [] })).toBe(files);
  expect(callers).toEqual([{ owner: "bob", groups: [] }]);
});

test.each([
  ["same", 503, "warn"],
  ["never", 500, "error"],
] as const)("a caller who cannot be settled (retry %s) gets %d", async (retry, status, level) => {
  const protocol: Protocol = { name: "x", handle: async () => ({ status: 200 }) };
  const levels: string[] = [];
  const log = Object.fromEntries(
    ["debug", "info", "warn", "error"].map((name) => [name, () => levels.push(name)]),
  ) as unknown as Logger;
  const identify = (): Caller => {
    throw new UploadError("BACKEND_UNAVAILABLE", "no keys", { driver: "jwks" }, { retry });
  };
  const door = frontDoor({ engine: noEngine, mounts: [{ prefix: "", protocol }], identify, runtime: { log } });
  expect((await door.answer(exchangeOf("/"), { signal })).status).toBe(status);
  expect(levels).toEqual([level]);
});

describe("the log", () => {
  test("holds no query and no secret of an error", async () => {
    const { door, lines } = testDoor();
    const answer = await door.answer(exchangeOf("/e/bug?sign=topsecret"), { signal });
    answer.sent({ status: answer.status, received: 0, sent: 1, whole: true });
    const text = JSON.stringify(lines);
    expect(text).not.toMatch(/topsecret|abcdef|user:pw/);
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ["error", "a front-end failed"],
      ["warn", "request"],
    ]);
    expect(lines[0]?.fields).toMatchObject({
      error: "TypeError",
      message: expect.stringContaining("no such file: https://…@backend.example/x?…"),
    });
    expect(JSON.stringify(answer.body)).not.toContain("backend.example");
  });

  test.each([
    ["Authorization: Bearer t0ken.x-y", "t0ken"],
    ['{"password":"hunter2"}', "hunter2"],
    ["accessToken=s3cr3t, more", "s3cr3t"],
  ])("%s is cut", async (message, secret) => {
    const protocol: Protocol = {
      name: "x",
      handle: () => Promise.reject(new UploadError("INTERNAL", message, { operation: "x" })),
    };
    const { door, lines } = testDoor({ mounts: [{ prefix: "", protocol }] });
    expect((await door.answer(exchangeOf("/"), { signal })).status).toBe(500);
    expect(JSON.stringify(lines)).toContain("INTERNAL");
    expect(JSON.stringify(lines)).not.toContain(secret);
  });

  test("a request id that is not fit for a header is replaced", async () => {
    const { door } = testDoor();
    for (const id of ["", "a b", "x".repeat(129), "<script>"]) {
      const answer = await door.answer(exchangeOf("/livez", { "x-request-id": id }), { signal });
      expect(answer.headers["x-request-id"]).toMatch(/^[\w-]{20,}$/);
    }
  });
});

describe("CORS", () => {
  test("is off unless it is asked for", async () => {
    const { door } = testDoor();
    const answer = await door.answer(exchangeOf("/e/refuse", { origin: "http://localhost:3000" }), { signal });
    expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  test("* needs no Vary, and a front-end may speak for itself", async () => {
    const own: Protocol = {
      name: "own",
      handle: async () => ({ status: 200, headers: { "Access-Control-Allow-Origin": "https://one.example" } }),
    };
    const { protocol } = { protocol: named("plain") };
    const { door } = testDoor({
      cors: { origins: "*" },
      mounts: [
        { prefix: "/own", protocol: own },
        { prefix: "", protocol },
      ],
    });
    const plain = await door.answer(exchangeOf("/", { origin: "https://any.example" }), { signal });
    expect([plain.headers["access-control-allow-origin"], plain.headers["vary"]]).toEqual(["*", undefined]);
    const answered = await door.answer(exchangeOf("/own", { origin: "https://any.example" }), { signal });
    expect(answered.headers["access-control-allow-origin"]).toBe("https://one.example");
  });

  test("a preflight of an origin that may not goes to the front-end", async () => {
    const seen: string[] = [];
    const { door } = testDoor({ cors: { origins: "loopback" }, mounts: [{ prefix: "", protocol: named("x", seen) }] });
    const fields = { "access-control-request-method": "PUT" };
    await door.answer(exchangeOf("/", { ...fields, origin: "http://localhost:5173" }, "OPTIONS"), { signal });
    expect(seen).toEqual([]);
    await door.answer(exchangeOf("/", { ...fields, origin: "https://evil.example" }, "OPTIONS"), { signal });
    expect(seen).toEqual(["x at "]);
  });

  test.each([
    ["http://localhost:3000", true],
    ["https://app.localhost", true],
    ["http://127.0.0.1:5212", true],
    ["http://[::1]:80", true],
    ["http://localhost.evil.example", false],
    ["http://127.0.0.1.evil.example", false],
    ["http://evil.example/localhost", false],
    ["null", false],
  ])("%s is of this machine: %s", (origin, is) => {
    expect(isLoopbackOrigin(origin)).toBe(is);
  });

  test.each([[["https://a.example/"]], [["a.example"]], [["*"]]])("%j is no list of origins", (origins) => {
    let thrown: unknown;
    try {
      testDoor({ cors: { origins } });
    } catch (error) {
      thrown = error;
    }
    expect(isUploadError(thrown) && thrown.code).toBe("OPTIONS_INVALID");
  });

  test("credentials and * do not go together", () => {
    expect(() => testDoor({ cors: { origins: "*", credentials: true } })).toThrow("credentials");
  });
});

describe("readiness", () => {
  const ready = async (policies: readonly { readonly id: string; readonly isHealthy: boolean }[]) => {
    const door = frontDoor({ engine: noEngine, mounts: [], policies: () => policies });
    const { status, body } = await door.answer(exchangeOf("/readyz"), { signal });
    return [status, JSON.parse(body as string)];
  };

  test("names the health of each policy, and one healthy backend is enough", async () => {
    const policies = [
      { id: "disk", isHealthy: true },
      { id: "s3", isHealthy: false },
    ];
    expect(await ready(policies)).toEqual([200, { status: "ready", policies: { disk: "healthy", s3: "unhealthy" } }]);
  });

  test("is gone where every backend fails", async () => {
    expect(await ready([{ id: "s3", isHealthy: false }])).toEqual([
      503,
      { status: "failing", policies: { s3: "unhealthy" } },
    ]);
  });
});

describe("a watch", () => {
  const watched = async (path: string): Promise<readonly unknown[]> => {
    const seen: unknown[] = [];
    const door = frontDoor({
      engine: noEngine,
      mounts: [{ prefix: "/api", protocol: named("api", seen as string[]) }],
      watch: ({ method, path: at, prefix, protocol, header }) => ({
        within: async (work) => {
          seen.push([method, at, prefix, protocol, header("x-a")]);
          const value = await work();
          seen.push("worked");
          return value;
        },
        end: ({ status, whole }) => seen.push([status, whole]),
      }),
    });
    const answer = await door.answer(exchangeOf(path, { "x-a": "1" }), { signal });
    answer.sent({ status: answer.status, received: 0, sent: 3, whole: true });
    return seen;
  };

  test("follows a request around its front-end, to the last byte", async () => {
    const seen = await watched("/api/x");
    expect(seen).toEqual([["GET", "/api/x", "/api", "api", "1"], "api at /api", "worked", [200, true]]);
  });

  test("hears of what nobody answers, and not of health routes", async () => {
    expect(await watched("/other")).toEqual([["GET", "/other", null, null, "1"], "worked", [404, true]]);
    expect(await watched("/readyz")).toEqual([]);
  });
});

test("a path that holds a secret is shown as its front-end wants it", async () => {
  const lines: unknown[] = [];
  const seen: unknown[] = [];
  const protocol = { ...named("api"), logPath: (path: string) => path.replace("secret", "…") };
  const log = { ...silentLogger, info: (fields: { readonly path?: unknown }) => void lines.push(fields.path) };
  const watch = ({ path }: { readonly path: string }) => {
    seen.push(path);
    return { end: () => {} };
  };
  const door = frontDoor({ engine: noEngine, mounts: [{ prefix: "/api", protocol }], watch, runtime: { log } });
  const answer = await door.answer(exchangeOf("/api/secret"), { signal });
  answer.sent({ status: 200, received: 0, sent: 0, whole: true });
  expect([lines, seen]).toEqual([["/api/…"], ["/api/…"]]);
});
