import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { isUploadError } from "@stowage/core";
import { cloudreve, cloudreveRoutes } from "../src/index.js";
import { routes } from "../src/routes.js";
import { openSite, signingKey } from "./site.js";
import type { TestSite } from "./site.js";

let site: TestSite;
beforeEach(() => {
  site = openSite();
});
afterEach(() => site.close());

describe("the front-end", () => {
  test("describes every route, with the schemas that check it", async () => {
    const reply = await site.send("GET", "/openapi.json", { as: null });
    expect(reply.all.openapi).toBe("3.1.0");
    for (const { path, methods } of routes) {
      for (const method of methods) expect(reply.all.paths[path]).toHaveProperty(method.toLowerCase());
    }
    const create = reply.all.paths["/file/upload"].put;
    const { properties, required } = create.requestBody.content["application/json"].schema;
    expect(required).toEqual(["uri"]);
    expect(Object.keys(properties)).toEqual(expect.arrayContaining(["uri", "size", "policy_id", "previous"]));
    const credential = create.responses["200"].content["application/json"].schema.properties.data;
    expect(credential.required).toEqual(expect.arrayContaining(["session_id", "chunk_size", "expires"]));
    const chunk = reply.all.paths["/file/upload/{sessionId}/{index}"].post;
    expect(chunk.parameters.map(({ name }: { name: string }) => name)).toEqual(["sessionId", "index"]);
    expect(chunk.requestBody.content).toHaveProperty("application/octet-stream");
    expect(Object.keys(credential.properties)).toEqual(expect.arrayContaining(["upload_urls", "completeURL"]));
    const callback = reply.all.paths["/callback/{type}/{sessionId}/{secret}"];
    expect(Object.keys(callback)).toEqual(["get", "post"]);
    const list = reply.all.paths["/file"].get.parameters;
    expect(list[0]).toMatchObject({ name: "uri", in: "query", required: true });
  });

  test("lists its routes, and by whom each may be asked", async () => {
    expect(cloudreveRoutes).toContainEqual({ method: "POST", path: "/session/token", who: "anyone" });
    expect(cloudreveRoutes).toContainEqual({ method: "POST", path: "/file/move", who: "known" });
    expect(cloudreveRoutes).toContainEqual({
      method: "HEAD",
      path: "/file/content/{entityId}/{speed}/{name}",
      who: "signed",
    });
    const refusals = new Map([
      ["/file/content/{entityId}/{speed}/{name}", 403],
      ["/file/upload/s3/{sessionId}/{index}", 403],
      ["/file/upload/s3/{sessionId}/complete", 403],
      ["/file/upload/remote/{sessionId}/chunk", 403],
      ["/callback/{type}/{sessionId}/{secret}", 40020],
    ]);
    for (const { method, path, who } of cloudreveRoutes) {
      const { status, code } = await site.send(method, path.replaceAll(/\{\w+\}/g, "x"), { as: null });
      expect([method, path, code]).not.toEqual([method, path, 404]);
      if (who === "known") expect([method, path, code]).toEqual([method, path, 401]);
      if (who === "signed") expect([method, path, code ?? status]).toEqual([method, path, refusals.get(path)]);
    }
  });

  test("refuses options that are wrong, all at once", () => {
    try {
      cloudreve({ signingKey: "short", baseUrl: "ftp://x" });
      throw new Error("taken");
    } catch (error) {
      if (!isUploadError(error) || error.code !== "OPTIONS_INVALID") throw error;
      expect(error.details.issues).toHaveLength(2);
      expect(error.message).not.toContain("short");
    }
    expect(cloudreve({ signingKey }).name).toBe("cloudreve");
  });
});
