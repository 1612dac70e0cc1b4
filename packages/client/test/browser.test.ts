import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { bytes } from "@stowage/core";
import { presignedParts } from "./backends/presigned-parts.js";
import type { Backend } from "./backends/store.js";
import { content, openSite, until } from "./site.js";
import type { SiteOptions, TestSite } from "./site.js";

const chromium = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const root = join(import.meta.dirname, "..");

let site: TestSite;
let backend: Backend | null = null;
let profile = "";
let browser: ChildProcess | null = null;
let reports: string[] = [];

beforeEach(async () => {
  profile = await mkdtemp(join(tmpdir(), "stowage-browser-"));
  reports = [];
});
afterEach(async () => {
  await leave();
  await site.close();
  await backend?.close();
  backend = null;
  await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});

/** The page of the server's own origin runs the script, which has `upload`, `file` and `report`. */
async function openPage(script: string, options: SiteOptions = {}): Promise<void> {
  const { stdout: bundle } = await promisify(execFile)(
    join(root, "node_modules/.bin/esbuild"),
    ["src/index.ts", "--bundle", "--minify", "--format=esm", "--platform=browser", "--target=es2022"],
    { cwd: root },
  );
  const page = `<!doctype html><script type="module">
    import { upload } from "./client.js";
    const report = (line) => fetch("./report", { method: "POST", body: JSON.stringify(line) });
    const made = new Uint8Array(2_000_000);
    for (let at = 0, state = 1; at < made.length; at += 1) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      made[at] = state >>> 24;
    }
    const file = new File([made], "page.bin", { lastModified: 5_000 });
    try { ${script} } catch (error) { await report({ name: error.name, code: error.code, message: error.message }); }
  </script>`;
  site = await openSite({
    ...options,
    policy: { ...options.policy, chunks: { size: 500_000, parallel: 4 } },
    interfere: async (exchange) => {
      const name = exchange.url.pathname.split("/").at(-1);
      if (name === "page.html") return { status: 200, headers: { "content-type": "text/html" }, body: page };
      if (name === "client.js") return { status: 200, headers: { "content-type": "text/javascript" }, body: bundle };
      if (name === "report") {
        reports.push(Buffer.from(await bytes(exchange.body, 10_000)).toString());
        return { status: 204 };
      }
      return (await options.interfere?.(exchange)) ?? null;
    },
  });
}

function visit(): void {
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"];
  browser = spawn(chromium, [...flags, `--user-data-dir=${profile}`, `${site.to}/page.html`], { stdio: "ignore" });
}

async function leave(): Promise<void> {
  const leaving = browser;
  browser = null;
  if (leaving === null || leaving.exitCode !== null) return;
  const gone = new Promise((resolve) => leaving.once("exit", resolve));
  leaving.kill("SIGKILL");
  await gone;
}

const whole = content(2_000_000);
const settings = `to: "./", token: "t", backoffMs: 20, path: "/page.bin"`;
const put = (line: string): boolean => line.startsWith("PUT");

// Reported as skipped where there is no Chromium.
describe("a page in Chromium", () => {
  const inChromium = existsSync(chromium) ? test : test.skip;

  inChromium(
    "uploads with progress byte by byte",
    async () => {
      await openPage(`
        const seen = [];
        const { isVerified } = await upload(file, { ${settings}, onProgress: ({ sent }) => seen.push(sent) }).done;
        await report({ isVerified, last: seen.at(-1), steps: seen.length });`);
      visit();
      await until(() => reports.length > 0, 50_000);
      const { isVerified, last, steps } = JSON.parse(reports[0] ?? "") as Record<string, number>;
      expect({ isVerified, last }).toEqual({ isVerified: true, last: 2_000_000 });
      // Four chunks would be four steps, were it chunk by chunk.
      expect(steps).toBeGreaterThanOrEqual(4);
      expect(await site.read("/page.bin")).toEqual(whole);
      expect(site.requests.filter(put)).toHaveLength(4);
    },
    120_000,
  );

  inChromium(
    "pauses, is loaded again, and goes on",
    async () => {
      let busy = true;
      await openPage(
        `const task = upload(file, { ${settings} });
        if (sessionStorage.life === undefined) {
          sessionStorage.life = "second";
          setTimeout(async () => {
            task.pause();
            await report(task.state);
            location.reload();
          }, 1500);
        }
        const { isVerified } = await task.done;
        await report({ isVerified });`,
        {
          interfere: ({ method, url }) =>
            busy && method === "PUT" && Number(url.pathname.split("/").at(-1)) >= 2 ? { status: 503, body: "" } : null,
        },
      );
      visit();
      await until(() => reports.includes('"paused"'), 50_000);
      const firstLife = site.requests.length;
      busy = false;
      await until(() => reports.length > 1, 50_000);
      expect(reports.at(-1)).toBe('{"isVerified":true}');
      expect(await site.read("/page.bin")).toEqual(whole);
      const secondLife = site.requests.slice(firstLife);
      expect(secondLife).not.toContain("POST /sessions");
      expect(new Set(secondLife.filter(put).map((line) => line.at(-1)))).toEqual(new Set(["2", "3"]));
    },
    120_000,
  );

  inChromium(
    "goes through the server where the backend lets no page in",
    async () => {
      backend = await presignedParts();
      await openPage(
        `const { isVerified } = await upload(file, { ${settings} }).done;
        await report({ isVerified });`,
        { policy: { driver: backend.driver, transfer: "direct" } },
      );
      visit();
      await until(() => reports.length > 0, 50_000);
      expect(reports).toEqual(['{"isVerified":true}']);
      expect(await site.read("/page.bin")).toEqual(whole);
      expect(site.requests.filter(put)).toHaveLength(4);
    },
    120_000,
  );
});
