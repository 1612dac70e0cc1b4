import { expect } from "@jest/globals";
import { randomBytes } from "node:crypto";
import { ask, openSession, readSession } from "../client/uploads.js";
import type { ServerCase, Site } from "../server-case.js";

/** Who gets nothing, and how it is said. */
export const refusalCases: readonly ServerCase[] = [
  { name: "nobody is told so in the front-end's own form", run: unauthorized },
  { name: "an unknown route below a mount is the front-end's 404", run: unknownRoute },
  { name: "a method that a route does not have is named", run: unknownMethod },
  { name: "a preflight of an allowed page is granted", run: preflight },
  { name: "a preflight of another page is not", run: foreignPreflight },
  { name: "an allowed page may read the fields of an answer", run: readableFields },
  { name: "a request id goes through", run: requestId },
];

async function unauthorized(site: Site): Promise<void> {
  const body = JSON.stringify({ path: "/x", size: 1 });
  const headers = { authorization: "Bearer wrong", "content-type": "application/json" };
  const answer = await ask(site, "/uploads/sessions", { method: "POST", headers, body });
  expect([answer.status, answer.headers.get("content-type"), answer.headers.get("www-authenticate")]).toEqual([
    401,
    "application/problem+json; charset=utf-8",
    "Bearer",
  ]);
  expect(await answer.json()).toMatchObject({ code: "UNAUTHENTICATED" });
  const session = await openSession(site, 10);
  const stolen = await ask(site, `/uploads/sessions/${session.id}/chunks/0`, {
    method: "PUT",
    headers: { authorization: "Bearer wrong" },
    body: randomBytes(10),
  });
  expect([stolen.status, await readSession(site, session)]).toMatchObject([401, { received: 0 }]);
  await stolen.arrayBuffer();
}

async function unknownRoute(site: Site): Promise<void> {
  for (const path of ["/uploads/nothing/here", "/uploads/sessions/a/b"]) {
    const answer = await ask(site, path);
    const { code } = (await answer.json()) as { code: string };
    expect([path, answer.status, code.endsWith("_NOT_FOUND")]).toEqual([path, 404, true]);
    expect(answer.headers.get("x-request-id")).toMatch(/^[\w.:-]+$/);
  }
}

async function unknownMethod(site: Site): Promise<void> {
  const answer = await ask(site, "/uploads/usage", { method: "PATCH", body: "x" });
  expect([answer.status, await answer.json()]).toMatchObject([405, { code: "METHOD_NOT_ALLOWED" }]);
}

const preflightFields = {
  "access-control-request-method": "PUT",
  "access-control-request-headers": "authorization, content-digest",
};

async function preflight(site: Site): Promise<void> {
  const headers = { origin: "https://app.example", ...preflightFields };
  const answer = await fetch(`${site.url}/uploads/sessions/any/chunks/0`, { method: "OPTIONS", headers });
  expect([answer.status, await answer.text()]).toEqual([204, ""]);
  const field = (name: string): string | null => answer.headers.get(`access-control-${name}`);
  expect([field("allow-origin"), field("allow-headers")]).toEqual([
    "https://app.example",
    "authorization, content-digest",
  ]);
  expect(field("allow-methods")).toContain("PUT");
}

async function foreignPreflight(site: Site): Promise<void> {
  const headers = { origin: "https://evil.example", ...preflightFields };
  const answer = await fetch(`${site.url}/uploads/sessions/any/chunks/0`, { method: "OPTIONS", headers });
  await answer.arrayBuffer();
  expect(answer.headers.get("access-control-allow-origin")).toBeNull();
}

async function readableFields(site: Site): Promise<void> {
  const answer = await ask(site, "/uploads/usage", { headers: { origin: "https://app.example" } });
  await answer.arrayBuffer();
  expect(answer.headers.get("access-control-allow-origin")).toBe("https://app.example");
  expect(answer.headers.get("access-control-expose-headers")).toContain("x-request-id");
  expect(answer.headers.get("vary")).toMatch(/\bOrigin\b/i);
}

async function requestId(site: Site): Promise<void> {
  const answer = await ask(site, "/uploads/usage", { headers: { "x-request-id": "abc-1" } });
  await answer.arrayBuffer();
  expect(answer.headers.get("x-request-id")).toBe("abc-1");
}
