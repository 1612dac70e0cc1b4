import { afterEach, describe, expect, test } from "@jest/globals";
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { nodeServer } from "../src/node/index.js";
import type { NodeServer, NodeServerOptions } from "../src/node/index.js";
import { rawClient } from "./raw-client.js";
import { testDoor } from "./test-door.js";
import type { Line } from "./test-door.js";
import type { Seen } from "./echo-protocol.js";

interface Started {
  readonly server: NodeServer;
  readonly port: number;
  readonly url: string;
  readonly seen: Seen;
  readonly lines: readonly Line[];
}

const started: NodeServer[] = [];

async function start(options: Partial<NodeServerOptions> = {}): Promise<Started> {
  const { door, seen, lines } = testDoor();
  const server = nodeServer({ door, ...options });
  started.push(server);
  const { port, url } = await server.listen({ port: 0, host: "127.0.0.1" });
  return { server, port, url, seen, lines };
}

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 5) {
    if (waited > 5000) throw new Error("waited 5 s for nothing");
    await sleep(5);
  }
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.close({ graceMs: 0, settleMs: 0 })));
});

// An uncaught error and an unhandled rejection fail the test that is running: jest listens for both.
describe("clients that go away", () => {
  test("a thousand resets amid bodies leave no uncaught error, and what came is yielded", async () => {
    const { port, seen, url } = await start();
    let sent = 0;
    const reset = async (turn: number): Promise<void> => {
      const client = await rawClient(port);
      const size = (turn * 7919) % 20_000;
      client.send(`PUT /e/count HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n`);
      client.send(new Uint8Array(size));
      sent += size;
      await sleep(turn % 7);
      if (turn % 2 === 0) client.socket.resetAndDestroy();
      else client.socket.destroy();
      await client.rest();
    };
    for (let batch = 0; batch < 20; batch += 1)
      await Promise.all(Array.from({ length: 50 }, (_, each) => reset(batch * 50 + each)));
    const known = (): number => seen.broken.length;
    for (let before = -1; before !== known(); await sleep(50)) before = known();
    expect(seen.broken.length).toBeGreaterThan(500);
    expect(new Set(seen.broken.map(({ reason }) => reason))).toEqual(new Set(["client"]));
    expect(seen.broken.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(sent);
    expect(await (await fetch(`${url}/e/echo`, { method: "PUT", body: "still here" })).text()).toBe("still here");
  }, 30_000);

  test("bytes that came before the reset are yielded before the error", async () => {
    const { port, seen } = await start();
    const client = await rawClient(port);
    client.send("PUT /e/count HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
    client.send(new Uint8Array(123_456));
    await sleep(100);
    client.socket.resetAndDestroy();
    await until(() => seen.broken.length > 0);
    expect(seen.broken).toEqual([{ bytes: 123_456, reason: "client" }]);
  });

  test("bytes that Node had read ahead when the connection broke are yielded too", async () => {
    const { port, seen } = await start();
    const [whole, half] = [await rawClient(port), await rawClient(port)];
    whole.send("PUT /e/count-late HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n");
    half.send("PUT /e/count-late HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n");
    for (const client of [whole, half]) client.send(new Uint8Array(300_000));
    await sleep(100);
    for (const client of [whole, half]) client.socket.resetAndDestroy();
    await until(() => seen.broken.length > 0);
    await sleep(100);
    // All of the first body had come: for its reader nothing broke.
    expect(seen.broken).toEqual([{ bytes: 300_000, reason: "client" }]);
  });

  test("a client that leaves a download closes its source", async () => {
    const { port, seen, lines } = await start();
    const client = await rawClient(port);
    client.send("GET /e/endless HTTP/1.1\r\nHost: x\r\n\r\n");
    await client.until(/200 OK/);
    client.socket.destroy();
    await until(() => seen.closed === 1);
    await until(() => lines.length > 0);
    expect(lines.at(-1)?.fields).toMatchObject({ path: "/e/endless", whole: false });
  });
});

describe("slow clients", () => {
  test("a head that does not come ends the connection", async () => {
    const { port } = await start({ headersTimeoutMs: 300 });
    const client = await rawClient(port);
    client.send("GET /e/range HTTP/1.1\r\nX-Slow: ");
    const drip = setInterval(() => client.send("a"), 40);
    try {
      expect(await client.rest()).toMatch(/^(HTTP\/1.1 408|$)/);
    } finally {
      clearInterval(drip);
    }
  });

  test("a body that stands still is cut, and the client hears of it", async () => {
    const { port, seen } = await start({ idleMs: 150 });
    const client = await rawClient(port);
    client.send("PUT /e/count HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nbeginning");
    expect(await client.rest()).toMatch(/^HTTP\/1.1 408[^]*connection: close[^]*idle$/i);
    expect(seen.broken).toEqual([{ bytes: 9, reason: "idle" }]);
  });

  test("a slow body that moves is no idle one", async () => {
    const { port } = await start({ idleMs: 200 });
    const client = await rawClient(port);
    client.send("PUT /e/count HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\n");
    for (let sent = 0; sent < 8; sent += 1) {
      await sleep(60);
      client.send("x");
    }
    expect(await client.until(/\r\n\r\n8$/)).toContain("200 OK");
  });

  test("an answer that nobody takes is given up", async () => {
    const { port, seen } = await start({ idleMs: 200 });
    const client = await rawClient(port);
    client.socket.pause();
    client.send("GET /e/endless HTTP/1.1\r\nHost: x\r\n\r\n");
    await until(() => seen.closed === 1);
    client.socket.destroy();
  });
});

describe("one connection", () => {
  test("is used again after an early error and a body that nobody read", async () => {
    const { port } = await start();
    const client = await rawClient(port);
    client.send("PUT /e/refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 400000\r\n\r\n");
    client.send(new Uint8Array(1000));
    expect(await client.until(/refused/)).toContain("409 Conflict");
    client.send(new Uint8Array(399_000));
    client.send("GET /e/range HTTP/1.1\r\nHost: x\r\n\r\n");
    expect(await client.until(/0123456789/)).toContain("206");
  });

  test("is used again after a body that was read in part", async () => {
    const { port } = await start();
    const client = await rawClient(port);
    client.send("PUT /e/first HTTP/1.1\r\nHost: x\r\nContent-Length: 700000\r\n\r\n");
    client.send(new Uint8Array(700_000));
    expect(await client.until(/\r\n\r\n\d+/)).toContain("400 Bad Request");
    client.send("GET /e/range HTTP/1.1\r\nHost: x\r\n\r\n");
    expect(await client.until(/0123456789/)).toContain("206");
  });

  test("ends where the unread rest is too long", async () => {
    const { port } = await start({ discard: { bytes: 1000, ms: 60_000 } });
    const began = Date.now();
    const client = await rawClient(port);
    client.send("PUT /e/refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 400000\r\n\r\n");
    expect(await client.until(/refused/)).toMatch(/connection: close/i);
    client.send(new Uint8Array(2000));
    await client.rest();
    expect(Date.now() - began).toBeLessThan(5000);
  });

  test("ends where the unread rest takes too long", async () => {
    const { port } = await start({ discard: { ms: 50 } });
    const client = await rawClient(port);
    client.send("PUT /e/refuse HTTP/1.1\r\nHost: x\r\nContent-Length: 4000\r\n\r\n");
    expect(await client.rest()).toContain("409 Conflict");
  });

  test("carries pipelined requests in order", async () => {
    const { port } = await start();
    const client = await rawClient(port);
    client.send(
      "PUT /e/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\noneGET /e/range HTTP/1.1\r\nHost: x\r\n\r\n",
    );
    expect(await client.until(/0123456789/)).toMatch(/one[^]*206/);
  });
});

describe("expect: 100-continue", () => {
  test("is granted when the body is read", async () => {
    const { port } = await start();
    const client = await rawClient(port);
    client.send("PUT /e/echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    await client.until(/^HTTP\/1.1 100 Continue\r\n\r\n$/);
    client.send("body");
    expect(await client.until(/body$/)).toContain("200 OK");
  });

  test("is not granted where the answer needs no body", async () => {
    const { port } = await start();
    const client = await rawClient(port);
    client.send("PUT /e/refuse HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4000000\r\n\r\n");
    expect(await client.rest()).toMatch(/^HTTP\/1.1 409 Conflict[^]*connection: close/i);
  });
});

describe("what only a connection has", () => {
  test("informational responses, but not for HTTP/1.0", async () => {
    const { port } = await start();
    const client = await rawClient(port);
    client.send("GET /e/inform HTTP/1.1\r\nHost: x\r\n\r\n");
    expect(await client.until(/informed/)).toMatch(/^HTTP\/1.1 104 [^\r]+\r\nupload-offset: 5\r\n\r\nHTTP\/1.1 200 OK/);
    const old = await rawClient(port);
    old.send("GET /e/inform HTTP/1.0\r\nHost: x\r\n\r\n");
    expect(await old.rest()).toMatch(/^HTTP\/1.1 200 OK/);
  });

  test("trailers", async () => {
    const { port } = await start();
    const answer = await new Promise<string>((resolve, reject) => {
      const sending = request(
        { port, path: "/e/trailers", method: "PUT", headers: { trailer: "content-digest" } },
        (response) => {
          response.setEncoding("utf8").on("data", resolve);
        },
      );
      sending.on("error", reject);
      sending.write("body");
      sending.addTrailers({ "content-digest": "crc32=:AAAAAA==:" });
      sending.end();
    });
    expect(JSON.parse(answer)).toEqual({ "content-digest": "crc32=:AAAAAA==:" });
  });

  test("the peer, and the host that the client named", async () => {
    const { port } = await start();
    const client = await rawClient(port);
    client.send("GET //evil.example/../e/peer HTTP/1.1\r\nHost: files.example:81\r\nX-Request-Id: me\r\n\r\n");
    await client.until(/404/);
    client.send("GET /e/peer?a=1 HTTP/1.1\r\nHost: files.example:81\r\nX-Request-Id: me\r\n\r\n");
    expect(await client.until(/\}$/)).toContain(
      '{"peer":"127.0.0.1","url":"http://files.example:81/e/peer?a=1","id":"me"}',
    );
  });

  test.each(["not a host", "a@b", "user:pw@host", "a/b", "a?b", "a#b", "a:b", "", "%61", "[::1", "a,b", "a\\b"])(
    "a Host field of %j is refused",
    async (host) => {
      const { port } = await start();
      const client = await rawClient(port);
      client.send(`GET /e/range HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      expect(await client.until(/\}$/)).toMatch(/^HTTP\/1.1 400 Bad Request[^]*HOST_INVALID/);
    },
  );

  test.each(["files.example", "a_b.example:1", "127.0.0.1:80", "[::1]", "[::1]:5212"])(
    "a Host field of %s is taken",
    async (host) => {
      const { port } = await start();
      const client = await rawClient(port);
      client.send(`GET /e/peer HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      expect(await client.until(/\}$/)).toContain(`"url":"http://${host.replace(/:80$/, "")}/e/peer"`);
    },
  );

  test("a target that makes no URL is refused", async () => {
    const { port } = await start();
    const client = await rawClient(port);
    client.send("GET ftp://x/e/range HTTP/1.1\r\nHost: x\r\n\r\n");
    expect(await client.until(/\}$/)).toMatch(/^HTTP\/1.1 400 Bad Request[^]*TARGET_INVALID/);
  });

  test.each(["gzip, chunked", "identity, chunked"])("transfer coding %s is refused", async (coding) => {
    const { port, seen } = await start();
    const client = await rawClient(port);
    client.send(`PUT /e/count HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: ${coding}\r\n\r\n3\r\nabc\r\n0\r\n\r\n`);
    expect(await client.until(/\}$/)).toMatch(/^HTTP\/1.1 501 Not Implemented[^]*CODING_UNKNOWN/);
    expect(seen.prefixes).toEqual([]);
  });

  test("transfer coding Chunked is taken", async () => {
    const { port } = await start();
    const client = await rawClient(port);
    client.send("PUT /e/count HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
    expect(await client.until(/\r\n\r\n3$/)).toContain("200 OK");
  });

  test("a request may take as long as it moves", async () => {
    const { server } = await start();
    expect(server.http.requestTimeout).toBe(0);
  });

  test("a port that is taken is told by its code", async () => {
    const { port } = await start();
    const second = nodeServer({ door: testDoor().door });
    const code = await second.listen({ port, host: "127.0.0.1" }).catch((error: { code?: string }) => error.code);
    expect(code).toBe("EADDRINUSE");
    await second.close({ graceMs: 0 });
  });
});

describe("the drain", () => {
  test("lets a request go on, refuses new connections, and ends", async () => {
    const { server, port, url } = await start();
    const client = await rawClient(port);
    const waiting = await rawClient(port);
    client.send("PUT /e/count HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345");
    waiting.send("GET /readyz HTTP/1.1\r\nHost: x\r\n");
    await sleep(50);
    const closed = server.close({ graceMs: 5000 });
    await expect(fetch(`${url}/livez`)).rejects.toThrow("fetch failed");
    waiting.send("\r\n");
    expect(await waiting.rest()).toMatch(/^HTTP\/1.1 503[^]*draining/);
    client.send("67890");
    expect(await client.rest()).toMatch(/connection: close[^]*\r\n\r\n10$/i);
    await closed;
  });

  test("cuts bodies after the grace, and their clients get an answer", async () => {
    const { server, port, seen } = await start();
    const client = await rawClient(port);
    client.send("PUT /e/count HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345");
    await sleep(50);
    const began = Date.now();
    await server.close({ graceMs: 150 });
    expect(Date.now() - began).toBeGreaterThanOrEqual(145);
    expect(Date.now() - began).toBeLessThan(3000);
    expect(seen.broken).toEqual([{ bytes: 5, reason: "draining" }]);
    expect(await client.rest()).toMatch(/^HTTP\/1.1 408[^]*draining$/);
  });

  test.each([
    ["says nothing", "", 500],
    ["never ends its head", "GET /e/range HTTP/1.1\r\nHost: x\r\n", 2500],
    ["begins another request", "GET /e/range HTTP/1.1\r\nHost: x\r\n\r\nGET /e/ra", 2500],
  ])("does not wait for a connection that %s", async (_name, text, limit) => {
    const { server, port } = await start();
    const client = await rawClient(port);
    client.send(text);
    await sleep(100);
    const began = Date.now();
    await server.close({ graceMs: 60_000 });
    expect(Date.now() - began).toBeLessThan(limit);
    await client.rest();
  });

  test("does wait for a connection whose answer is on its way", async () => {
    const { server, port } = await start();
    const client = await rawClient(port);
    client.send("GET /e/slow HTTP/1.1\r\nHost: x\r\n\r\n");
    await sleep(100);
    await server.close({ graceMs: 5000 });
    expect(await client.rest()).toMatch(/\r\n\r\nat last$/);
  });

  test("a second call hurries the first", async () => {
    const { server, port } = await start();
    const client = await rawClient(port);
    client.send("PUT /e/count HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345");
    await sleep(50);
    const began = Date.now();
    const first = server.close({ graceMs: 60_000 });
    await server.close({ graceMs: 0 });
    await first;
    expect(Date.now() - began).toBeLessThan(3000);
  });

  test("drops what does not end even then", async () => {
    const { server, port, seen } = await start();
    const client = await rawClient(port);
    client.send("GET /e/endless HTTP/1.1\r\nHost: x\r\n\r\n");
    await client.until(/200 OK/);
    await server.close({ graceMs: 50, settleMs: 50 });
    await until(() => seen.closed === 1);
  });
});
