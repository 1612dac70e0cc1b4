import { afterEach, beforeEach, expect, test } from "@jest/globals";
import fc from "fast-check";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printPath } from "../../src/config/mistake.js";
import type { ConfigPath } from "../../src/config/mistake.js";
import { load, mistakesOf, passwordHash } from "./written-config.js";

/** Every option is in it, and everything is right. */
const right = (folder: string): Json => ({
  listen: { host: "127.0.0.1", port: 5212, publicOrigin: "http://localhost:8080" },
  data: join(folder, "data"),
  log: "info",
  policies: {
    disk: {
      driver: "local",
      options: { root: join(folder, "disk"), durability: "disk", openFiles: 8, staleMs: "7d" },
      name: "Disk",
      transfer: "through",
      chunks: { size: "16 MiB", parallel: 4 },
      accept: { maxSize: "10 GiB", extensions: { allow: ["jpg"] }, pattern: { deny: "^~" } },
      calls: { attempts: 3, atOnce: 64 },
      key: "{date}/{uuid}",
      session: { ttl: "24h", maxLife: "7d", tombstone: "1d" },
    },
    fast: { driver: "local", options: { root: join(folder, "fast") } },
  },
  routing: [
    {
      when: {
        owners: ["alice"],
        groups: ["staff"],
        path: "/videos",
        contentType: "video/*",
        minSize: "100 MiB",
        maxSize: "5 GiB",
      },
      use: "fast",
    },
    { use: { disk: 3, fast: 1 } },
  ],
  mount: {
    "/api/v4": { protocol: "cloudreve", title: "Files", urlTtl: "1h", maxContentSize: "1 MiB", accessTtl: "1h" },
    "/uploads": { protocol: "native", maxPage: 10 },
    "/more": "native",
  },
  identity: {
    anonymous: { owner: "everybody", groups: ["guests"], from: "anywhere" },
    tokens: [
      { token: "t".repeat(32), owner: "ci", groups: ["staff"] },
      { tokenSha256: "ab".repeat(32), owner: "ci" },
    ],
    jwt: {
      secret: "s".repeat(32),
      issuer: "https://issuer.example",
      audience: "stowage",
      algorithms: ["HS256"],
      owner: "sub",
      groups: "groups",
    },
  },
  users: {
    alice: { email: "alice@example.com", password: passwordHash, groups: ["staff"], quota: "20 GiB", nickname: "A" },
    bob: { email: "bob@example.com", password: passwordHash, disabled: true },
  },
  groups: { staff: { quota: "100 GiB", policies: ["disk", "fast"] }, guests: {} },
  limits: { uploadsPerMinute: 600, callsPerMinute: 6000, writesAtOnce: 32, memory: "8 MiB" },
  cors: { origins: ["https://app.example"], credentials: false },
  metrics: { path: "/numbers", allow: { token: "x".repeat(32) } },
  docs: { path: "/reference" },
});

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A wrong value at a place. */
interface Mutation {
  readonly path: ConfigPath;
  readonly value: Json;
}

/** Values that are wrong at every place with such a value. */
function* wrongValues(value: Json): Generator<Json> {
  yield null;
  yield { zzUnknown: [1] };
  if (typeof value === "object") {
    yield "zz nonsense";
    yield 1.5;
    yield true;
    return;
  }
  yield [[]];
  yield -1.5;
  if (typeof value !== "boolean") yield false;
  if (typeof value !== "number") yield "";
  if (typeof value === "number") for (const wrong of [-1, 1e300, "many", "1 km"]) yield wrong;
}

/** Whether a text at this place names something elsewhere. */
function isReference(path: ConfigPath): boolean {
  const [last, parent] = [path.at(-1), path.at(-2)];
  if (typeof last === "number") return parent === "policies" || parent === "groups";
  return ["use", "driver", "protocol"].includes(last ?? "");
}

function* mutationsOf(value: Json, path: ConfigPath = []): Generator<Mutation> {
  if (path.length > 0) for (const wrong of wrongValues(value)) yield { path, value: wrong };
  if (isReference(path) && typeof value === "string") yield { path, value: "nowhere" };
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* mutationsOf(item as Json, [...path, index]);
  } else if (typeof value === "object" && value !== null) {
    yield { path: [...path, "zzUnknown"], value: 1 };
    for (const [key, item] of Object.entries(value)) yield* mutationsOf(item as Json, [...path, key]);
  }
}

function withMutation(config: Json, { path, value }: Mutation): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(config)) {
    return config.map((item, index) =>
      index === step ? withMutation(item as Json, { path: rest, value }) : (item as Json),
    );
  }
  const given = config as { readonly [key: string]: Json };
  return { ...given, [step]: withMutation(given[step] ?? null, { path: rest, value }) };
}

/** Whether a mistake is told at the place or within it. */
function isTold(mistakes: readonly string[], { path }: Mutation): boolean {
  const place = printPath(path);
  return mistakes.some((mistake) => [":", ".", "["].some((next) => mistake.startsWith(`${place}${next}`)));
}

const all = [...mutationsOf(right("/nowhere"))].filter(
  // No mistake: it is what it is by default.
  ({ path, value }) => !(path.at(-1) === "disabled" && value === false),
);

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stowage-mutations-"));
});
afterEach(async () => {
  expect(await readdir(folder)).toEqual([]);
  await rm(folder, { recursive: true });
});

test("the configuration is right, and nothing of it is opened", async () => {
  expect(await load(JSON.stringify(right(folder)))).toMatchObject({ log: "info" });
});

test("with any one mistake it is refused, with its place", async () => {
  expect(all.length).toBeGreaterThan(500);
  const config = right(folder);
  // Front-ends are made to hear what they say of their options, which takes longer than all else.
  const lighter = withMutation(config, { path: ["mount"], value: {} });
  const missed: unknown[] = [];
  for (const mutation of all) {
    const wrong = withMutation(mutation.path[0] === "mount" ? config : lighter, mutation);
    const mistakes = await mistakesOf(JSON.stringify(wrong));
    if (!isTold(mistakes, mutation)) missed.push({ ...mutation, path: printPath(mutation.path), mistakes });
  }
  expect(missed).toEqual([]);
}, 60_000);

test("with several mistakes it is refused with them all", async () => {
  const several = fc
    .uniqueArray(fc.constantFrom(...all), { minLength: 2, maxLength: 5, selector: ({ path }) => path[0] })
    .filter((given) => given.every(({ path, value }) => path.length > 1 && value !== null));
  await fc.assert(
    fc.asyncProperty(several, async (mutations) => {
      const mistakes = await mistakesOf(JSON.stringify(mutations.reduce(withMutation, right(folder))));
      expect(mutations.filter((mutation) => !isTold(mistakes, mutation))).toEqual([]);
    }),
    { numRuns: 50 },
  );
}, 60_000);
