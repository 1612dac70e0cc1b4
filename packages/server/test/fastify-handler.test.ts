import { afterEach, expect, test } from "@jest/globals";
import fastify from "fastify";
import type { FastifyInstance } from "fastify";
import { fastifyHandler } from "../src/fastify/index.js";
import { testDoor } from "./test-door.js";

const apps: FastifyInstance[] = [];

afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

async function start(prepare: (app: FastifyInstance) => void = () => {}): Promise<string> {
  const app = fastify({ bodyLimit: 1000 });
  apps.push(app);
  prepare(app);
  await app.register(fastifyHandler({ door: testDoor().door }), { prefix: "/e" });
  app.post("/own", async ({ body }) => ({ got: body }));
  return app.listen({ port: 0, host: "127.0.0.1" });
}

test("a body of any type and length comes as it was", async () => {
  const url = await start();
  for (const type of ["application/json", "text/plain", "application/x-unheard-of", "not a type"]) {
    const headers = { "content-type": type };
    const answer = await fetch(`${url}/e/count`, { method: "PUT", body: new Uint8Array(70_000), headers });
    expect([type, answer.status, await answer.text()]).toEqual([type, 200, "70000"]);
  }
});

test("every method goes to the door, and so does the prefix itself", async () => {
  const url = await start();
  for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
    const answer = await fetch(`${url}/e/refuse`, { method });
    expect([method, answer.status, answer.headers.get("x-why")]).toEqual([method, 409, "taken"]);
  }
  for (const path of ["/e", "/e/", "/e/no/such/route"]) expect((await fetch(url + path)).status).toBe(404);
  expect(await (await fetch(`${url}/e`)).text()).toBe("no such route");
});

test("the routes of the app keep their parsers and limits", async () => {
  const url = await start();
  const headers = { "content-type": "application/json" };
  const own = (body: string): Promise<Response> => fetch(`${url}/own`, { method: "POST", headers, body });
  expect(await (await own('{"a":1}')).json()).toEqual({ got: { a: 1 } });
  expect((await own(JSON.stringify("x".repeat(2000)))).status).toBe(413);
});

test("a hook of the app that comes before may refuse", async () => {
  const url = await start((app) => {
    app.addHook("onRequest", async (request, reply) => {
      if (request.headers.authorization === undefined) await reply.code(401).send({ who: "nobody" });
    });
  });
  expect(await (await fetch(`${url}/e/echo`, { method: "PUT", body: "x" })).json()).toEqual({ who: "nobody" });
  const headers = { authorization: "somebody" };
  expect(await (await fetch(`${url}/e/echo`, { method: "PUT", body: "x", headers })).text()).toBe("x");
});
