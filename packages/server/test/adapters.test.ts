import { describe, expect, test } from "@jest/globals";
import { fetchHandler } from "../src/fetch/index.js";
import { nodeServer } from "../src/node/index.js";
import { testDoor } from "./test-door.js";
import type { Line } from "./test-door.js";

/** Both adapters through the same eyes: `ask` of the fetch standard. */
interface Asking {
  ask(path: string, init?: RequestInit): Promise<Response>;
  readonly lines: readonly Line[];
  close(): Promise<void>;
}

const adapters: Readonly<Record<string, () => Promise<Asking>>> = {
  node: async () => {
    const { door, lines } = testDoor({ cors: { origins: ["https://app.example"] } });
    const server = nodeServer({ door });
    const { url } = await server.listen({ port: 0, host: "127.0.0.1" });
    return { lines, ask: (path, init) => fetch(url + path, init), close: () => server.close({ graceMs: 1000 }) };
  },
  fetch: async () => {
    const { door, lines } = testDoor({ cors: { origins: ["https://app.example"] } });
    const handler = fetchHandler({ door });
    return { lines, ask: (path, init) => handler(new Request(`http://127.0.0.1${path}`, init)), close: async () => {} };
  },
};

interface Case {
  readonly name: string;
  readonly path: string;
  readonly init?: RequestInit;
  readonly status: number;
  readonly body?: string;
  readonly fields?: Readonly<Record<string, string | null>>;
}

const chunked = (): RequestInit => ({
  method: "POST",
  body: ReadableStream.from([Buffer.from("un"), Buffer.from("sized")]) as unknown as NonNullable<RequestInit["body"]>,
  ...({ duplex: "half" } as object),
});

const cases: readonly Case[] = [
  {
    name: "a body comes whole",
    path: "/e/echo",
    init: { method: "PUT", body: "hello" },
    status: 200,
    body: "hello",
    fields: { "content-length": "5" },
  },
  { name: "a web stream is a body", path: "/e/echo", init: chunked(), status: 200, body: "unsized" },
  {
    name: "a large body",
    path: "/e/count",
    init: { method: "PUT", body: new Uint8Array(3_000_000) },
    status: 200,
    body: "3000000",
  },
  {
    name: "a range",
    path: "/e/range",
    init: { headers: { range: "bytes=2-4" } },
    status: 206,
    body: "234",
    fields: { "content-range": "bytes 2-4/10", "content-length": "3" },
  },
  {
    name: "HEAD has the fields and no body",
    path: "/e/range",
    init: { method: "HEAD" },
    status: 206,
    body: "",
    fields: { "content-length": "10" },
  },
  {
    name: "an answer of unknown length",
    path: "/e/unsized",
    status: 200,
    body: "one two",
    fields: { "content-length": null },
  },
  { name: "204", path: "/e/empty", status: 204, body: "", fields: { "content-length": null } },
  { name: "304", path: "/e/not-modified", status: 304, body: "", fields: { etag: '"1"' } },
  {
    name: "an unread body and an early error",
    path: "/e/refuse",
    init: { method: "PUT", body: new Uint8Array(500_000) },
    status: 409,
    body: '{"refused":true}',
    fields: { "x-why": "taken" },
  },
  {
    name: "a body that is read in part",
    path: "/e/first",
    init: { method: "PUT", body: new Uint8Array(2_000_000) },
    status: 400,
  },
  { name: "a source that fails before its first byte", path: "/e/fails-at-once", status: 500 },
  {
    name: "a front-end with a bug",
    path: "/e/bug",
    status: 500,
    fields: {
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      "x-content-type-options": "nosniff",
    },
  },
  { name: "a field with a line break", path: "/e/bad-field", status: 500, fields: { "set-cookie": null } },
  {
    name: "a path of nobody",
    path: "/elsewhere",
    status: 404,
    fields: { "content-type": "application/json; charset=utf-8" },
  },
  { name: "a prefix ends at a slash", path: "/echo", status: 404 },
  { name: "alive", path: "/livez", status: 200, body: '{"status":"alive"}' },
  { name: "ready", path: "/readyz", status: 200, body: '{"status":"ready"}' },
  {
    name: "health is for reading",
    path: "/readyz",
    init: { method: "POST" },
    status: 405,
    fields: { allow: "GET, HEAD" },
  },
  {
    name: "a page that may reads the fields of a front-end",
    path: "/e/refuse",
    init: { headers: { origin: "https://app.example" } },
    status: 409,
    fields: {
      "access-control-allow-origin": "https://app.example",
      "access-control-expose-headers": "x-content-type-options, x-request-id, x-why",
      vary: "Origin",
    },
  },
  {
    name: "another page may not",
    path: "/e/refuse",
    init: { headers: { origin: "https://evil.example" } },
    status: 409,
    fields: { "access-control-allow-origin": null, vary: "Origin" },
  },
  {
    name: "a preflight",
    path: "/e/echo",
    init: {
      method: "OPTIONS",
      headers: {
        origin: "https://app.example",
        "access-control-request-method": "PUT",
        "access-control-request-headers": "content-type, x-own",
      },
    },
    status: 204,
    fields: {
      "access-control-allow-origin": "https://app.example",
      "access-control-allow-headers": "content-type, x-own",
      "access-control-max-age": "7200",
    },
  },
  {
    name: "a request id is kept",
    path: "/e/refuse",
    init: { headers: { "x-request-id": "abc-1" } },
    status: 409,
    fields: { "x-request-id": "abc-1" },
  },
  {
    name: "a correlation id is one too",
    path: "/e/refuse",
    init: { headers: { "x-cr-correlation-id": "c0ffee" } },
    status: 409,
    fields: { "x-request-id": "c0ffee" },
  },
];

describe.each(Object.entries(adapters))("%s", (_name, start) => {
  test.each(cases)("$name", async ({ path, init, status, body, fields }) => {
    const asking = await start();
    try {
      // A stream is read once only, and each adapter needs its own.
      const response = await asking.ask(path, init?.body instanceof ReadableStream ? chunked() : init);
      const text = await response.text();
      expect({ status: response.status, text }).toEqual({ status, text: body ?? text });
      for (const [name, value] of Object.entries(fields ?? {}))
        expect([name, response.headers.get(name)]).toEqual([name, value]);
      expect(response.headers.get("x-request-id")).toMatch(/^[\w.:-]+$/);
      const [line] = asking.lines.filter(({ message }) => message === "request");
      expect(line?.fields).toMatchObject({
        path: path.split("?")[0],
        status,
        requestId: response.headers.get("x-request-id"),
      });
    } finally {
      await asking.close();
    }
  });

  test("a source that fails on its way breaks the answer", async () => {
    const asking = await start();
    const whole = async (): Promise<string> => (await asking.ask("/e/fails-later")).text();
    expect(
      await whole().then(
        () => "whole",
        () => "broken",
      ),
    ).toBe("broken");
    await asking.close();
    expect(asking.lines.at(-1)?.fields).toMatchObject({ whole: false });
  });

  test("a cut leaves no answer to read", async () => {
    const asking = await start();
    const whole = async (): Promise<string> => (await asking.ask("/e/cut")).text();
    expect(
      await whole().then(
        () => "whole",
        () => "broken",
      ),
    ).toBe("broken");
    await asking.close();
  });
});
