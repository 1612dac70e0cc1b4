import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { type AddressInfo, createServer as createSocketServer } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { bytes, fromBytes, fromStream } from "../src/body.js";
import { completeRuntime } from "../src/default-runtime.js";
import { nodeRuntime } from "../src/node/node-runtime.js";
import type { HttpClient } from "../src/runtime.js";

const never = new AbortController().signal;
const servers: Server[] = [];

async function serve(listener: (...exchange: Parameters<RequestListener>) => unknown): Promise<string> {
  const server = createServer((request, response) => void listener(request, response));
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const piece of request) text += String(piece);
  return text;
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

async function* twoPieces(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("first ");
  yield Buffer.from("second");
}

const clients: readonly (readonly [string, HttpClient])[] = [
  ["undici", nodeRuntime().http],
  ["fetch", completeRuntime().http],
];

describe.each(clients)("http by %s", (_name, http) => {
  test("gives status, headers in lower case and body; follows no redirect", async () => {
    const url = await serve((_request, response) => {
      response.writeHead(307, { Location: "/elsewhere", "X-Some": "value" }).end("gone on");
    });
    const answer = await http({ method: "GET", url, headers: {} }, { signal: never });
    expect(answer.status).toBe(307);
    expect(answer.headers).toMatchObject({ location: "/elsewhere", "x-some": "value" });
    expect(Buffer.from(await bytes(answer.body, 100)).toString()).toBe("gone on");
  });

  test("nobody listens: BACKEND_UNAVAILABLE", async () => {
    const server = createSocketServer().listen(0, "127.0.0.1");
    await new Promise((done) => server.once("listening", done));
    const { port } = server.address() as AddressInfo;
    await new Promise((done) => server.close(done));
    await expect(
      http({ method: "PUT", url: `http://127.0.0.1:${port}/`, headers: {} }, { signal: never }),
    ).rejects.toMatchObject({ code: "BACKEND_UNAVAILABLE" });
  });
});

describe("undici", () => {
  const { http } = nodeRuntime();

  test("streams a body with the length that it announced", async () => {
    const url = await serve(async (request, response) => {
      const { "content-length": length, "transfer-encoding": coding } = request.headers;
      response.end(JSON.stringify({ length, coding, text: await textOf(request) }));
    });
    const answer = await http(
      { method: "PUT", url, headers: {}, body: fromStream(twoPieces(), 12) },
      { signal: never },
    );
    expect(JSON.parse(Buffer.from(await bytes(answer.body, 100)).toString())).toEqual({
      length: "12",
      text: "first second",
    });
  });

  test("streams a body of unknown length in chunked coding", async () => {
    const url = await serve(async (request, response) => {
      response.end(`${request.headers["transfer-encoding"]} ${await textOf(request)}`);
    });
    const answer = await http(
      { method: "PUT", url, headers: {}, body: fromStream(twoPieces(), null) },
      { signal: never },
    );
    expect(Buffer.from(await bytes(answer.body, 100)).toString()).toBe("chunked first second");
  });

  test("waits for a slow reader instead of reading all of the body", async () => {
    let yielded = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (; ; yielded++) yield new Uint8Array(1 << 20);
    }
    const cut = new AbortController();
    const enough = new Error("enough");
    const url = await serve((request) => request.once("readable", () => setTimeout(() => cut.abort(enough), 300)));
    const sending = http({ method: "PUT", url, headers: {}, body: fromStream(endless(), null) }, cut);
    await expect(sending).rejects.toBe(enough);
    expect(yielded).toBeLessThan(64);
  });

  test("a body that throws: its own error comes out", async () => {
    const broken = new Error("the client went away");
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(10);
      throw broken;
    }
    const url = await serve((request) => request.resume().on("error", () => {}));
    await expect(
      http({ method: "PUT", url, headers: {}, body: fromStream(breaking(), 20) }, { signal: never }),
    ).rejects.toBe(broken);
  });

  test("a signal that aborts: its reason comes out, before and while waiting", async () => {
    const url = await serve(() => {});
    const cut = new AbortController();
    const waiting = http({ method: "GET", url, headers: {} }, cut);
    const enough = new Error("enough");
    setTimeout(() => cut.abort(enough), 50);
    await expect(waiting).rejects.toBe(enough);
    await expect(http({ method: "GET", url, headers: {} }, cut)).rejects.toBe(enough);
  });

  test("a refused connection did nothing; a cut one may have", async () => {
    const url = await serve((request) => request.socket.destroy());
    await expect(
      http({ method: "PUT", url, headers: {}, body: fromBytes(new Uint8Array(3)) }, { signal: never }),
    ).rejects.toMatchObject({ code: "BACKEND_UNAVAILABLE", retry: "after-probe" });
    servers[0]?.close();
    await expect(http({ method: "GET", url, headers: {} }, { signal: never })).rejects.toMatchObject({
      code: "BACKEND_UNAVAILABLE",
      retry: "same",
    });
  });

  test("an answer that breaks off: BACKEND_UNAVAILABLE from its body", async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { "content-length": "100" }).write("some");
      setTimeout(() => response.destroy(), 30);
    });
    const answer = await http({ method: "GET", url, headers: {} }, { signal: never });
    expect(answer.body.size).toBe(100);
    await expect(bytes(answer.body, 100)).rejects.toMatchObject({ code: "BACKEND_UNAVAILABLE" });
  });

  test("the answer to HEAD has a length in its header and no body", async () => {
    const url = await serve((_request, response) => response.writeHead(200, { "content-length": "5" }).end());
    const answer = await http({ method: "HEAD", url, headers: {} }, { signal: never });
    expect(answer.headers["content-length"]).toBe("5");
    expect(await bytes(answer.body, 10)).toHaveLength(0);
  });
});

test("what is given stays", () => {
  const http: HttpClient = () => Promise.reject(new Error("not called"));
  expect(nodeRuntime({ http }).http).toBe(http);
});
