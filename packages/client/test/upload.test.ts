import { afterEach, describe, expect, test } from "@jest/globals";
import { UploadFailure, upload } from "../src/index.js";
import type { UploadOptions, UploadProgress } from "../src/index.js";
import { sendNode } from "../src/node/send-node.js";
import { content, fileOf, mapStore, openSite, until } from "./site.js";
import type { SiteOptions, TestSite } from "./site.js";

let site: TestSite;
afterEach(() => site.close());

async function start(options: SiteOptions = {}): Promise<void> {
  site = await openSite(options);
}

function settings(more: Partial<UploadOptions> = {}): UploadOptions {
  return { to: site.to, token: "t", backoffMs: 10, resume: null, ...more };
}

describe("a file", () => {
  test.each([0, 1, 9_999, 10_000, 10_001, 123_456])("of %d bytes arrives, and is compared", async (size) => {
    await start();
    const seen: UploadProgress[] = [];
    const options = settings({ path: "/a/b.bin", onProgress: (progress) => void seen.push(progress) });
    const uploaded = await upload(fileOf(content(size)), options).done;
    expect(uploaded).toMatchObject({ path: "/a/b.bin", size, isVerified: true });
    expect(uploaded.file).toMatchObject({ path: "/a/b.bin", size, modifiedAt: 1_000_000 });
    expect(await site.read("/a/b.bin")).toEqual(content(size));
    expect(seen.at(-1) ?? { sent: 0, size: 0 }).toEqual({ sent: size, size });
    const chunks = site.requests.filter((line) => line.startsWith("PUT"));
    expect(chunks).toHaveLength(Math.ceil(size / 10_000));
  });

  test("goes in parallel, but not more than asked for", async () => {
    let now = 0;
    let most = 0;
    await start({
      interfere: async ({ method }) => {
        if (method !== "PUT") return null;
        now += 1;
        most = Math.max(most, now);
        await new Promise((resolve) => setTimeout(resolve, 20));
        now -= 1;
        return null;
      },
    });
    await upload(fileOf(content(100_000)), settings()).done;
    expect(most).toBe(4);
    most = 0;
    await upload(fileOf(content(50_000), "b"), settings({ parallel: 2 })).done;
    expect(most).toBe(2);
  });

  test("goes in order where the policy wants that", async () => {
    await start({ policy: { chunks: { size: 10_000, parallel: 1 } } });
    await upload(fileOf(content(55_000)), settings()).done;
    const chunks = site.requests.filter((line) => line.startsWith("PUT")).map((line) => line.at(-1));
    expect(chunks).toEqual(["0", "1", "2", "3", "4", "5"]);
  });

  test("takes its name, type and metadata along, and a token of the moment", async () => {
    await start();
    const file = new File([content(10)], "n.txt", { type: "text/plain", lastModified: 5_000 });
    let asked = 0;
    const token = async (): Promise<string> => {
      asked += 1;
      return "t";
    };
    const { file: stored } = await upload(file, settings({ token, metadata: { "app:tag": "x" } })).done;
    expect(stored).toMatchObject({
      path: "/n.txt",
      contentType: "text/plain",
      modifiedAt: 5_000,
      metadata: { "app:tag": "x" },
    });
    expect(asked).toBe(site.requests.length);
  });
});

describe("a failure", () => {
  test("of the server's is typed, and final where the server says so", async () => {
    await start();
    await upload(fileOf(content(10)), settings()).done;
    const failure = await upload(fileOf(content(10)), settings()).done.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UploadFailure);
    expect(failure).toMatchObject({
      code: "OBJECT_EXISTS",
      status: 409,
      retryable: false,
      details: { path: "/file.bin" },
    });
    await expect(upload(fileOf(content(10)), settings({ token: "wrong" })).done).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
      status: 401,
    });
    await upload(fileOf(content(20)), settings({ onConflict: "replace" })).done;
    expect(await site.read("/file.bin")).toEqual(content(20));
  });

  test("to reach anybody is told when patience is over", async () => {
    await start();
    const options = settings({ to: "http://127.0.0.1:9/uploads", patienceMs: 100 });
    await expect(upload(fileOf(content(10)), options).done).rejects.toMatchObject({
      code: "NETWORK",
      status: null,
      retryable: true,
    });
  });

  test("that passes is waited for as long as the server says", async () => {
    const at: number[] = [];
    await start({
      interfere: ({ method }) => {
        if (method !== "PUT") return null;
        at.push(Date.now());
        return at.length === 1 ? { status: 503, headers: { "retry-after": "1" }, body: "<html>busy</html>" } : null;
      },
    });
    await upload(fileOf(content(10)), settings()).done;
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(990);
  });

  test("that lasts longer than patience, by the server's own word, is told at once", async () => {
    let puts = 0;
    const days60 = "5184000";
    await start({
      interfere: ({ method }) => {
        if (method !== "PUT") return null;
        puts += 1;
        return { status: 503, headers: { "retry-after": days60 }, body: "" };
      },
    });
    await expect(upload(fileOf(content(10)), settings()).done).rejects.toMatchObject({
      retryable: true,
      retryAfterMs: Number(days60) * 1000,
    });
    expect(puts).toBe(1);
  });

  test("after a long body is the first one: its time was not in vain", async () => {
    let puts = 0;
    await start({
      interfere: async ({ method }) => {
        if (method !== "PUT") return null;
        puts += 1;
        if (puts > 1) return null;
        await new Promise((resolve) => setTimeout(resolve, 400));
        return { status: 503, body: "" };
      },
    });
    await upload(fileOf(content(10)), settings({ patienceMs: 200 })).done;
    expect(puts).toBe(2);
  });

  test("of a callback of ours is told as such, also while a body goes out", async () => {
    await start({ policy: { chunks: { size: 1_000_000, parallel: 1 } } });
    const whole = content(500_000);
    const source = {
      data: new Blob([whole]),
      name: "f",
      modifiedAt: null,
      send: sendNode,
    };
    const onProgress = ({ sent }: UploadProgress): void => {
      if (sent > 100_000 && sent < 400_000) throw new RangeError("of the page");
    };
    await expect(upload(source, settings({ onProgress })).done).rejects.toMatchObject({
      code: "INTERNAL",
      cause: { message: "of the page" },
    });
  });

  test.each([301, 307, 308])(
    "of a server that redirects (%d) is a bad answer, and nobody else hears of us",
    async (status) => {
      const elsewhere = await openSite();
      await start({ interfere: () => ({ status, headers: { location: `${elsewhere.to}/sessions` } }) });
      const options = settings({ headers: { "x-key": "for the server alone" } });
      await expect(upload(fileOf(content(10)), options).done).rejects.toMatchObject({
        code: "BAD_ANSWER",
        status,
        retryable: false,
      });
      expect(site.requests).toEqual(["POST /sessions"]);
      expect(elsewhere.requests).toEqual([]);
      await elsewhere.close();
    },
  );

  test("of every second request, in storms, costs nothing but time", async () => {
    let count = 0;
    await start({
      interfere: () => {
        count += 1;
        return count % 2 === 0 ? { status: 503, body: "" } : null;
      },
    });
    await upload(fileOf(content(200_000)), settings()).done;
    expect(await site.read("/file.bin")).toEqual(content(200_000));
  });

  test("of a page that is no server of ours is a bad answer", async () => {
    await start({ interfere: () => ({ status: 200, body: "<html>Welcome to our network</html>" }) });
    await expect(upload(fileOf(content(10)), settings({ patienceMs: 50 })).done).rejects.toMatchObject({
      code: "BAD_ANSWER",
      retryable: true,
    });
  });

  test("of the storage to keep the bytes is found", async () => {
    await start({
      answered: (exchange, answer) =>
        exchange.url.pathname.endsWith("/complete")
          ? { ...answer, body: (answer.body as string).replace(/"value":"[^"]*"/g, '"value":"AAAAAA=="') }
          : answer,
    });
    await expect(upload(fileOf(content(30_000)), settings()).done).rejects.toMatchObject({
      code: "CHECKSUM_MISMATCH",
      retryable: false,
    });
  });
});

describe("the handle", () => {
  const slow: SiteOptions = {
    interfere: async ({ method }) => {
      if (method === "PUT") await new Promise((resolve) => setTimeout(resolve, 30));
      return null;
    },
  };

  test("pauses and resumes", async () => {
    await start(slow);
    const task = upload(fileOf(content(200_000)), settings());
    await until(() => site.requests.filter((line) => line.startsWith("PUT")).length > 6);
    task.pause();
    expect(task.state).toBe("paused");
    await new Promise((resolve) => setTimeout(resolve, 60));
    const before = site.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(site.requests.length).toBe(before);
    expect(await site.states()).toEqual(["open"]);
    task.resume();
    await task.done;
    expect(task.state).toBe("ended");
    expect(await site.read("/file.bin")).toEqual(content(200_000));
  });

  test("cancels: the session goes, and nothing is remembered", async () => {
    await start(slow);
    const resume = mapStore();
    const task = upload(fileOf(content(200_000)), settings({ resume }));
    await until(() => site.requests.some((line) => line.startsWith("PUT")));
    expect(resume.entries.size).toBe(1);
    await task.cancel();
    await expect(task.done).rejects.toMatchObject({ code: "CANCELLED" });
    expect(await site.states()).toEqual(["aborted"]);
    expect(resume.entries.size).toBe(0);
  });

  test("cancels before there is an answer, and while it is paused", async () => {
    await start();
    const early = upload(fileOf(content(20_000)), settings());
    await early.cancel();
    await expect(early.done).rejects.toMatchObject({ code: "CANCELLED" });
    const paused = upload(fileOf(content(20_000), "b"), settings());
    await until(() => site.requests.length > 0);
    paused.pause();
    await paused.cancel();
    await expect(paused.done).rejects.toMatchObject({ code: "CANCELLED" });
    for (const state of await site.states()) expect(state).toBe("aborted");
  });

  test("leaves a finished upload alone", async () => {
    await start();
    const task = upload(fileOf(content(10)), settings());
    await task.done;
    await task.cancel();
    task.pause();
    expect(task.state).toBe("ended");
    expect(await site.states()).toEqual(["completed"]);
  });
});
