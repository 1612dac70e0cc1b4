import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ask, closeAll, run } from "./running-gateway.js";

const chromium = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

let url = "";
beforeEach(async () => {
  ({ url } = await run());
});
afterEach(closeAll);

const assets = [
  ["/docs", "text/html; charset=utf-8"],
  ["/docs/page.js", "text/javascript; charset=utf-8"],
  ["/docs/swagger-ui-bundle.js", "text/javascript; charset=utf-8"],
  ["/docs/swagger-ui-standalone-preset.js", "text/javascript; charset=utf-8"],
  ["/docs/swagger-ui.css", "text/css; charset=utf-8"],
  ["/docs/favicon-32x32.png", "image/png"],
] as const;

describe("the API reference", () => {
  test.each(assets)("%s is sent once, and again when it has changed", async (path, type) => {
    const first = await fetch(`${url}${path}`);
    const bytes = (await first.arrayBuffer()).byteLength;
    expect(first.status).toBe(200);
    expect(first.headers.get("content-type")).toBe(type);
    expect(first.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self';/);
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[\w.-]+"$/);
    for (const given of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const again = await ask(url, "GET", path, { headers: { "if-none-match": given } });
      expect([again.status, again.body]).toEqual([304, { text: "" }]);
    }
    expect((await ask(url, "GET", path, { headers: { "if-none-match": '"other"' } })).status).toBe(200);
    const head = await ask(url, "HEAD", path);
    expect([head.status, head.headers.get("content-length")]).toEqual([200, String(bytes)]);
    expect((await ask(url, "POST", path)).status).toBe(405);
  });

  test.each([
    "/docs/package.json",
    "/docs/../package.json",
    "/docs/%2e%2e/package.json",
    "/docs/swagger-ui-bundle.js/x",
    "/docs/constructor",
  ])("has nothing at %s", async (path) => {
    // Not fetch, which resolves dots itself.
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request({ ...hostOf(url), path }, (response) => {
        response.resume().once("end", () => resolve(response.statusCode));
      })
        .once("error", reject)
        .end();
    });
    expect(status).toBe(404);
  });

  test("names every mount that has a document, and each is there for everybody", async () => {
    const mount = { "/": "native", "/cr/": { protocol: "cloudreve" }, "/more": "native" };
    const other = await run({ mount, identity: { anonymous: "off" } });
    const script = String((await ask(other.url, "GET", "/docs/page.js")).body["text"]);
    const [, list = ""] = /^const documents = (.*);$/m.exec(script) ?? [];
    const documents = JSON.parse(list) as { name: string; url: string; server: string }[];
    expect(documents).toEqual([
      { name: "native at /", url: "/openapi.json", server: "/" },
      { name: "cloudreve at /cr", url: "/cr/openapi.json", server: "/cr" },
      { name: "native at /more", url: "/more/openapi.json", server: "/more" },
    ]);
    for (const one of documents)
      expect((await ask(other.url, "GET", one.url)).body).toMatchObject({ openapi: "3.1.0" });
  });

  const inBrowser = existsSync(chromium) ? test : test.skip;

  inBrowser(
    "shows the document that is chosen in Chromium, which asks nobody else and finds nothing that the policy forbids",
    async () => {
      const uploads = await visit("/docs?urls.primaryName=native%20at%20/uploads");
      expect(uploads.page).toContain("/sessions/{id}/chunks/{index}");
      expect(uploads.page).toMatch(/<option value="\/uploads"/);
      const cloudreve = await visit("/docs");
      expect(cloudreve.page).toContain("/file/upload/{");
      expect(cloudreve.page).toMatch(/<option value="\/api\/v4"/);
      for (const name of ["cloudreve at /api/v4", "native at /uploads"]) expect(cloudreve.page).toContain(`>${name}<`);
      for (const { asked, refused } of [uploads, cloudreve]) {
        expect(asked).toContain(`${url}/docs/swagger-ui-bundle.js`);
        expect(asked.filter((one) => !one.startsWith(`${url}/`) && !one.startsWith("data:"))).toEqual([]);
        expect(refused).toEqual([]);
      }
    },
    60_000,
  );
});

function hostOf(base: string): { host: string; port: string } {
  const { hostname, port } = new URL(base);
  return { host: hostname, port };
}

/** The page as it is once its scripts have run, every address that was asked for, and what its policy did not allow. */
async function visit(path: string): Promise<{ page: string; asked: readonly string[]; refused: readonly string[] }> {
  const profile = await mkdtemp(join(tmpdir(), "stowage-browser-"));
  try {
    const log = join(profile, "net.json");
    const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"];
    const quiet = ["--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"];
    const output = [`--log-net-log=${log}`, "--dump-dom", "--virtual-time-budget=15000", "--enable-logging=stderr"];
    const { stdout, stderr } = await promisify(execFile)(
      chromium,
      [...flags, ...quiet, ...output, `--user-data-dir=${profile}`, `${url}${path}`],
      { maxBuffer: 64 * 1024 * 1024 },
    );
    // Of the page, not of the browser itself, which cannot reach anybody.
    const ofPage = /"site_for_cookies":"SiteForCookies: \{site=http:\/\/127\.0\.0\.1;[^"]*","url":"([^"]+)"/g;
    const found = [...(await readFile(log, "utf8")).matchAll(ofPage)];
    const refused = stderr.split("\n").filter((line) => /Content Security Policy|Refused to/.test(line));
    return { page: stdout, asked: found.map(([, one = ""]) => one), refused };
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}
