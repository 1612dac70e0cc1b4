import { describe, expect, jest, test } from "@jest/globals";
import { loadConfig } from "../../src/config/load-config.js";
import { driverNames } from "../../src/known-driver.js";
import { frontEndNames } from "../../src/known-front-end.js";
import { load, mistakesOf, passwordHash } from "./written-config.js";

const disk = "policies: { disk: { driver: local, options: { root: files } } }\n";

describe("a file", () => {
  test("that is empty, or not there to be read, is what is without one", async () => {
    const without = await loadConfig({ file: null, environment: {} });
    expect(await load("")).toEqual(without);
    expect(await load("# nothing\n")).toEqual(without);
    expect(without).toMatchObject({
      listen: { host: "127.0.0.1", port: 5212 },
      data: ".stowage",
      log: "warn",
      policies: { default: { driver: "local", options: { root: ".stowage/files" } } },
      mount: { "/api/v4": "cloudreve", "/uploads": "native", "/ImageStore": "image-store", "/api/v2/media": "media" },
      cors: { origins: "loopback", credentials: false },
      limits: {},
    });
  });

  test("may be JSON", async () => {
    const text = JSON.stringify({ listen: { port: 1 }, policies: { a: { driver: "local", options: { root: "x" } } } });
    expect(await load(text)).toMatchObject({ listen: { port: 1 }, policies: { a: { chunks: { parallel: 4 } } } });
  });

  test.each([
    "identity: { tokens: [{ owner: a, token: *my-secret }] }\n",
    "users: { a: { password: !my-secret x } }\n",
    "a: |my-secret\n x\n",
    "- a\nb: my-secret\n",
    'a: "\\xmy-secret"\n',
    "%my-secret\n---\na: b\n",
    "a: { [my-secret]: x }\n",
  ])("%j does not tell the secret that lost its quotes", async (text) => {
    const warned = jest.spyOn(process, "emitWarning").mockImplementation(() => {});
    const told = [...(await mistakesOf(text)), ...warned.mock.calls.map(([warning]) => String(warning))];
    warned.mockRestore();
    expect(told.length).toBeGreaterThan(0);
    expect(told.filter((line) => line.includes("my-s"))).toEqual([]);
  });

  test.each(["policies", "users", "groups", "mount"])("has no %s called __proto__", async (section) => {
    const mistakes = await mistakesOf(`${section}: { __proto__: { quota: 1 } }\n`);
    expect(mistakes.join()).toContain(`${section}.__proto__: not a name`);
  });

  test("that cannot be read says so", async () => {
    await expect(loadConfig({ file: "/nowhere/stowage.yaml" })).rejects.toMatchObject({
      code: "OPTIONS_INVALID",
      details: { issues: ["cannot be read (ENOENT)"] },
    });
  });

  test.each([
    ["listen: { port: 1\ndata: x\n", /^[^:]+.* \(line \d\)$/],
    ["data: a\ndata: b\n", /^the same key twice \(line 2\)$/],
    ["policies:\n  a: { driver: local, driver: local }\n", /^the same key twice \(line 2\)$/],
    ["\tdata: x\n", /tab.*\(line 1\)$/],
    ["--- \ndata: x\n---\ndata: y\n", /\(line \d\)$/],
    ["data: &a [*b]\n", /./],
  ])("%j has a mistake of syntax with its line", async (text, told) => {
    const mistakes = await mistakesOf(text);
    expect(mistakes[0]).toMatch(told);
  });

  test.each(["just text", "[1, 2]", "42"])("%j is no configuration", async (text) => {
    expect((await mistakesOf(text))[0]).toMatch(/^a mapping is wanted/);
  });

  test("whose alias leads back to itself ends", async () => {
    for (const text of ["cors: &a { origins: *a }\n", "routing: &a [*a, *a]\n", "users: &a { x: *a, y: *a }\n"])
      expect((await mistakesOf(text)).join()).toMatch(/an alias for what it is a part of/);
    const bomb = ["a: &a [1,1,1,1,1,1,1,1,1]"];
    for (let level = 1; level < 9; level++) {
      const last = String.fromCharCode(96 + level);
      bomb.push(`${String.fromCharCode(97 + level)}: &${String.fromCharCode(97 + level)} [${`*${last},`.repeat(9)}]`);
    }
    expect(await mistakesOf(bomb.join("\n"))).toHaveLength(1);
  });
});

describe("variables", () => {
  const root = async (text: string, environment: Record<string, string> = {}): Promise<unknown> => {
    const config = await load(`policies: { a: { driver: local, options: { root: '${text}' } } }`, environment);
    return config.policies["a"]?.options["root"];
  };

  test.each([
    ["${A}", { A: "x" }, "x"],
    ["${A}/${B}", { A: "x", B: "y" }, "x/y"],
    ["${A:-z}", {}, "z"],
    ["${A:-z}", { A: "" }, "z"],
    ["${A:-z}", { A: "x" }, "x"],
    ["${A:-}b", {}, "b"],
    ["$${A}", { A: "x" }, "${A}"],
    ["$A $ {A}", { A: "x" }, "$A $ {A}"],
    ["${A}", { A: "${B}", B: "no" }, "${B}"],
  ])("%j with %j", async (text, environment, expected) => {
    expect(await root(text, environment)).toBe(expected);
  });

  test("numbers and truth may come from them", async () => {
    const text =
      'listen: { port: "${PORT}" }\ncors: { origins: [], credentials: "${YES}" }\nlimits: { memory: "${M}" }';
    expect(await load(text, { PORT: "81", YES: "true", M: "2 MiB" })).toMatchObject({
      listen: { port: 81 },
      cors: { credentials: true },
      limits: { memory: 2 * 1024 * 1024 },
    });
  });

  test("that are missing or malformed are mistakes at their place, and what follows from it is not told", async () => {
    const text = `${disk}identity:\n  tokens:\n    - { token: "\${TOKEN}", owner: "\${}" }\n    - { token: "\${X", owner: a }\n`;
    expect(await mistakesOf(text)).toEqual([
      "identity.tokens[0].token: the environment has no variable TOKEN (line 4)",
      expect.stringMatching(/^identity\.tokens\[0\]\.owner: not a reference to a variable.*\(line 4\)$/),
      expect.stringMatching(/^identity\.tokens\[1\]\.token: not a reference to a variable.*\(line 5\)$/),
    ]);
  });
});

describe("mistakes", () => {
  test("are all told at once, each with its place and line", async () => {
    const text = `listen: { port: 70000 }
policies:
  disk: { driver: lokal, options: { root: x } }
  fast: { driver: local, options: { rot: x }, chunks: { size: 16 XiB, paralel: 2 }, key: "{date}" }
  slow: { driver: local, options: { root: x }, session: { ttl: 9d }, key: "{date}" }
routing: [{ use: fsat }]
mount: { /a: cloudrev, /b: { protocol: native, maxPge: 1 } }
`;
    expect(await mistakesOf(text)).toEqual([
      "listen.port: not from 0 to 65535 (line 1)",
      "policies.fast.chunks.size: not a size: whole bytes, or a number and a unit as in 16 MiB (line 4)",
      "policies.fast.chunks.paralel: unknown; did you mean parallel? (line 4)",
      "routing[0].use: no policy of this name; did you mean fast? (line 6)",
      `mount./a: no front-end of this name: there is ${frontEndNames.join(", ")}; did you mean cloudreve? (line 7)`,
      "mount./b.maxPge: unknown; did you mean maxPage? (line 7)",
      `policies.disk.driver: no driver of this name: there is ${driverNames.join(", ")}; did you mean local? (line 3)`,
      "policies.fast.options.root: missing (line 4)",
      "policies.fast.options.rot: unknown; did you mean root? (line 4)",
      "policies.slow.key: must hold {uuid} or {randomkey16}, so that no two uploads share a key (line 5)",
      "policies.slow.session.maxLife: below session.ttl (line 5)",
    ]);
  });

  test("show no value, which may be a secret", async () => {
    const secret = "hunter2-hunter2-hunter2-hunter2-hunter2";
    const text = `listen: { port: "\${S}", host: "\${S} x", publicOrigin: "\${S}" }
log: "\${S}"
identity: { tokens: [{ token: short-hunter2, owner: "\${S}!" }], jwt: { secret: "\${S}", algorithms: ["\${S}"], jwks: "\${S}" } }
users: { a: { email: "\${S}", password: "\${S}", quota: "\${S}" } }
policies: { p: { driver: "\${S}", chunks: { size: "\${S}" }, accept: { pattern: { deny: "(\${S}" } }, key: "\${S}", transfer: "\${S}" } }
routing: [{ use: "\${S}" }]
mount: { /a: "\${S}", /b: { protocol: cloudreve, version: "\${S}" } }
`;
    const mistakes = await mistakesOf(text, { S: secret });
    expect(mistakes.length).toBeGreaterThan(15);
    expect(mistakes.join("\n")).not.toContain("hunter2");
  });

  test.each([
    ["identity: { anonymous: loopback }\nlisten: { host: 0.0.0.0 }", "identity.anonymous: nobody can be it"],
    ["identity: { anonymous: { owner: a } }\nlisten: { host: 10.0.0.1 }", "identity.anonymous: nobody can be it"],
    [
      "identity: { anonymous: loopback }\nlisten: { publicOrigin: https://a.example }",
      "identity.anonymous: nobody can",
    ],
    ["identity: { jwt: { issuer: a } }", "identity.jwt: either secret or jwks"],
    ["identity: { jwt: { jwks: https://a.example/k, audience: a } }", "identity.jwt.issuer: missing: needed with jwks"],
    ["identity: { jwt: { jwks: https://a.example/k, issuer: a } }", "identity.jwt.audience: missing: needed with jwks"],
    ["identity: { jwt: { jwks: http://a.example/k, issuer: a, audience: a } }", "identity.jwt.jwks: not an https URL"],
    [`identity: { jwt: { secret: ${"x".repeat(31)} } }`, "identity.jwt.secret: shorter than 32 characters"],
    [
      `identity: { jwt: { secret: ${"x".repeat(32)}, algorithms: [RS256] } }`,
      "identity.jwt.algorithms: RS256 does not",
    ],
    [`identity: { tokens: [{ token: ${"x".repeat(31)}, owner: a }] }`, "identity.tokens[0].token: shorter than 32"],
    ["identity: { tokens: [{ owner: a }] }", "identity.tokens[0]: either token or tokenSha256"],
    [
      `identity: { tokens: [{ token: ${"x".repeat(32)}, owner: a }, { token: ${"x".repeat(32)}, owner: b }] }`,
      "identity.tokens[1].token: the same as that of tokens[0]",
    ],
    [
      `users: { a: { email: a@b, password: '${passwordHash}' }, b: { email: A@B, password: '${passwordHash}' } }`,
      "users.b.email: the same as that of user a",
    ],
    [
      `users: { a: { email: "\u00e9@b", password: '${passwordHash}' }, b: { email: "e\u0301@b", password: '${passwordHash}' } }`,
      "users.b.email: the same as that of user a",
    ],
    ["users: { a: { email: a@b, password: hunter2hunter2 } }", "users.a.password: not a password's hash"],
    [`users: { A: { email: a@b, password: '${passwordHash}' } }`, "users.A: not a name"],
    [
      `users: { a: { email: a@b, password: '${passwordHash}', groups: [g] } }`,
      "users.a.groups[0]: no group of this name",
    ],
    [
      `${disk}mount: { /m: { protocol: media, policy: disc } }`,
      "mount./m.policy: no policy of this name; did you mean",
    ],
    ["mount: { /m: { protocol: media, maxChunk: 2 MiB } }", "mount./m.maxChunk: "],
    ["mount: { /m: { protocol: media, imageTypes: [PNG] } }", "mount./m.imageTypes.0: not a media type in lower case"],
    ["mount: { /m: { protocol: media, path: files } }", "mount./m.path: not an absolute path of {id}"],
    ["mount: { /i: { protocol: image-store, defaultTimeout: 10ms } }", "mount./i.defaultTimeout: below 1000 ms"],
    [
      "policies: { far: { driver: image-store, options: { endpoint: nowhere, maxChunk: 16 MiB } } }",
      "policies.far.options.endpoint: not an http or https URL",
    ],
    ["listen: { port: 1 KiB }", "listen.port: not a whole number"],
    ["metrics: { path: metrics }", "metrics.path: not a path"],
    ["metrics: { path: / }", "metrics.path: not a path"],
    ["metrics: { path: /readyz }", "metrics.path: the gateway answers there with something else"],
    ["metrics: { path: /docs }", "docs: the gateway answers there with something else"],
    ["metrics: { path: /x }\ndocs: { path: /x }", "docs.path: the gateway answers there with something else"],
    ["metrics: { allow: { token: short } }", "metrics.allow.token: shorter than 32 characters"],
    ["metrics: on", "metrics: not one of off"],
    ["docs: { path: /uploads }", "mount./uploads: the gateway answers there itself"],
    ["mount: { /metrics/more: native }", "mount./metrics/more: the gateway answers there itself"],
    ["groups: { g: { policies: [nope] } }", "groups.g.policies[0]: no policy of this name"],
    [`users: { a: { email: a@b, password: '${passwordHash}', "${passwordHash}": 1 } }`, "users.a: a key is no name"],
    ["mount: { /a: native, /a/: native }", "mount./a/: the same prefix as /a"],
    ["mount: { a: native }", "mount.a: not a path prefix"],
    ["mount: { /livez: native }", "mount./livez: the gateway answers there itself"],
    ["mount: { /a: { protocol: cloudreve, accessTtl: 5m } }", "mount./a.accessTtl: over"],
    ["cors: { origins: [https://a.example/x] }", "cors.origins[0]: not an origin"],
    ['cors: { origins: "*", credentials: true }', "cors.credentials: not with origins *"],
    ["routing: [{ use: { default: 0 } }]", "routing[0].use: no policy has a weight above 0"],
    ["routing: [{ when: { minSize: 2, maxSize: 1 }, use: default }]", "routing[0].when.minSize: above maxSize"],
    ["routing: [{ when: { groups: [g] }, use: default }]", "routing[0].when.groups[0]: no group of this name"],
    ["policies: {}", "policies: at least one is needed"],
    ["policies: { a: { driver: local, options: { root: x }, transfer: direct } }", "policies.a.transfer: "],
    [
      "policies: { a: { driver: local, options: { root: x }, accept: { pattern: { deny: '(' } } } }",
      "policies.a.accept.pattern.deny: not a regular",
    ],
    [
      "policies: { a: { driver: local, options: { root: x }, accept: { pattern: {} } } }",
      "policies.a.accept.pattern: either allow or deny",
    ],
    ["limits: { memory: 1 }", "limits.memory: below 1048576 bytes"],
  ])("%s", async (text, told) => {
    const mistakes = await mistakesOf(text);
    expect(mistakes.map((mistake) => mistake.slice(0, told.length))).toEqual([told]);
  });
});
