import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";

/** Where a browser is, if there is one. */
export const chromium = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** A site with one page, and a headless browser that can look at it. */
export interface BrowserPage {
  /** Of the page; everything else is another origin. */
  readonly origin: string;
  /**
   * Runs the body of an async function in the page, where `upload` of `@stowage/client` is; what it returns, through JSON.
   * Rejects with what it throws.
   */
  run(script: string): Promise<unknown>;
  close(): Promise<void>;
}

/** Listens; the browser starts with the first script. */
export async function browserPage(): Promise<BrowserPage> {
  const bundle = await bundleClient();
  const profile = await mkdtemp(join(tmpdir(), "stowage-page-"));
  let page = "";
  let browser: ChildProcess | null = null;
  let report: (line: string) => void = () => {};
  const server = createServer((request, response) => {
    if (request.url === "/client.js") {
      response.setHeader("content-type", "text/javascript").end(bundle);
    } else if (request.url === "/report") {
      void text(request).then((line) => {
        response.end();
        report(line);
      });
    } else {
      response.setHeader("content-type", "text/html").end(page);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const leave = async (): Promise<void> => {
    const leaving = browser;
    browser = null;
    if (leaving === null || leaving.exitCode !== null) return;
    const gone = once(leaving, "exit");
    leaving.kill("SIGKILL");
    await gone;
  };
  return {
    origin,
    run: async (script) => {
      page = pageOf(script);
      const said = new Promise<string>((resolve) => (report = resolve));
      const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"];
      browser = spawn(chromium, [...flags, `--user-data-dir=${profile}`, origin], { stdio: "ignore" });
      const { value, error } = JSON.parse(await said) as { readonly value?: unknown; readonly error?: string };
      await leave();
      if (error !== undefined) throw new Error(`in the page: ${error}`);
      return value;
    },
    close: async () => {
      await leave();
      server.close();
      server.closeAllConnections();
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

function pageOf(script: string): string {
  return `<!doctype html><script type="module">
    import { upload } from "./client.js";
    const run = async () => { ${script} };
    const outcome = await run().then((value) => ({ value }), (error) => ({ error: String(error) }));
    await fetch("./report", { method: "POST", body: JSON.stringify(outcome) });
  </script>`;
}

/** As a page's own build does it. */
async function bundleClient(): Promise<string> {
  const root = join(import.meta.dirname, "../..");
  const flags = ["--bundle", "--format=esm", "--platform=browser", "--target=es2022", "--conditions=@stowage/source"];
  const entry = join(root, "node_modules/@stowage/client/src/index.ts");
  const { stdout } = await promisify(execFile)(join(root, "node_modules/.bin/esbuild"), [entry, ...flags], {
    maxBuffer: 16 * 1024 * 1024,
  });
  return stdout;
}
