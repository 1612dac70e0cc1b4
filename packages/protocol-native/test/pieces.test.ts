import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { chunkAt, isUploadError, planChunks } from "@stowage/core";
import { native } from "../src/index.js";
import { routes } from "../src/routes.js";
import { readContentDigest } from "../src/sessions/content-digest.js";
import { missingChunks } from "../src/sessions/missing-chunks.js";
import { ownedId } from "../src/sessions/owned-id.js";
import { openapiDocument } from "../src/site/openapi.js";

describe("missing chunks", () => {
  test("are those that hold a missing byte", () => {
    const limits = { minSize: 0, maxSize: 1000, maxCount: 10_000 };
    const given = fc.record({
      size: fc.integer({ min: 1, max: 400 }),
      chunk: fc.integer({ min: 1, max: 60 }),
      holes: fc.array(fc.tuple(fc.nat(400), fc.integer({ min: 1, max: 40 })), { maxLength: 8 }),
    });
    fc.assert(
      fc.property(given, ({ size, chunk, holes }) => {
        const gone = new Set<number>();
        for (const [start, length] of holes)
          for (let at = start; at < Math.min(start + length, size); at += 1) gone.add(at);
        const missing: { start: number; end: number }[] = [];
        for (const at of [...gone].toSorted((a, b) => a - b)) {
          const last = missing.at(-1);
          if (last?.end === at) last.end += 1;
          else missing.push({ start: at, end: at + 1 });
        }
        const plan = planChunks(size, chunk, limits);
        const expected: number[] = [];
        for (let index = 0; index < plan.count; index += 1) {
          const { start, end } = chunkAt(plan, index);
          if ([...gone].some((at) => at >= start && at < end)) expected.push(index);
        }
        const found = missingChunks(plan, missing, 1000);
        const indices = found.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, at) => start + at));
        expect(indices).toEqual(expected);
        for (const [index, range] of found.entries())
          if (index > 0) expect(range.start).toBeGreaterThan(found[index - 1]?.end ?? 0);
        expect(missingChunks(plan, missing, 1)).toEqual(found.slice(0, 1));
      }),
    );
  });
});

describe("Content-Digest", () => {
  test("takes what RFC 9530 allows, and nothing else gets past it but as a typed error", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.constantFrom("", " ", "\t"), (bytes, gap) => {
        const value = Buffer.from(bytes).toString("base64");
        const field = `unixsum=:AA==:,${gap}sha-256=:${value}:${gap}`;
        expect(readContentDigest(field)).toEqual({ algorithm: "sha256", value });
      }),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `sha-256=:${text}:`),
        ),
        (field) => {
          try {
            const found = readContentDigest(field);
            expect(found === null || Buffer.from(found.value, "base64").length === 32).toBe(true);
          } catch (error) {
            expect(isUploadError(error) && error.code).toBe("OPTIONS_INVALID");
          }
        },
      ),
    );
    expect(readContentDigest(undefined)).toBeNull();
  });
});

test("a client's id is one owner's", async () => {
  const ids = await Promise.all([ownedId("a", "x"), ownedId("b", "x"), ownedId("a", "y"), ownedId(null, "x")]);
  expect(new Set(ids).size).toBe(4);
  for (const id of ids) expect(id).toMatch(/^[\w-]{43}$/);
  expect(await ownedId("a", "x")).toBe(ids[0]);
});

test("the document describes every route, with the schemas that check it", () => {
  const document = openapiDocument(routes, "t") as { paths: Record<string, Record<string, { operationId: string }>> };
  const ids = Object.values(document.paths).flatMap((item) =>
    Object.values(item).map(({ operationId }) => operationId),
  );
  expect(new Set(ids).size).toBe(routes.flatMap(({ methods }) => methods).length);
  expect(JSON.stringify(document)).not.toContain("#/$defs");
  expect(document.paths["/sessions"]?.["post"]).toMatchObject({
    requestBody: {
      content: { "application/json": { schema: { required: ["path", "size"], additionalProperties: false } } },
    },
    responses: { "201": { content: { "application/json": { schema: { type: "object" } } } } },
  });
  expect(document.paths["/files/content"]?.["get"]).toMatchObject({
    parameters: expect.arrayContaining([expect.objectContaining({ name: "path", in: "query", required: false })]),
  });
});

test("options that are wrong are refused, all at once", () => {
  try {
    native({ title: "", maxPage: 0, maxGrant: 1001 });
    throw new Error("taken");
  } catch (error) {
    if (!isUploadError(error) || error.code !== "OPTIONS_INVALID") throw error;
    expect(error.details.issues).toHaveLength(3);
  }
});
