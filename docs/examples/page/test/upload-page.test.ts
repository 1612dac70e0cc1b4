import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { chromium, type Browser, type Page } from "playwright-core";
import { pageServer, type PageServer } from "./page-server.js";

const program = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const isExtended = process.env["STOWAGE_EXTENDED"] === "1";
const size = (isExtended ? 200 : 80) * 1_000_000;
/** Where pictures of the page go; none without it. */
const pictures = process.env["STOWAGE_PICTURES"];

let folder = "";
let server: PageServer;
let browser: Browser | null = null;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stowage-page-"));
  server = await pageServer(folder);
  if (existsSync(program)) browser = await chromium.launch({ executablePath: program, args: ["--no-sandbox"] });
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Bytes that differ everywhere. */
async function makeFile(): Promise<string> {
  const path = join(folder, "holiday.bin");
  const file = await open(path, "w");
  const block = Buffer.alloc(1_000_000);
  for (let at = 0; at < size; at += block.length) {
    for (let i = 0; i < block.length; i += 4) block.writeUInt32LE(Math.imul(at + i, 2_654_435_761) >>> 0, i);
    await file.write(block);
  }
  await file.close();
  return path;
}

async function sha256(stream: NodeJS.ReadableStream): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(stream, hash);
  return hash.digest("hex");
}

async function picture(page: Page, name: string): Promise<void> {
  if (pictures !== undefined) await page.screenshot({ path: join(pictures, `${name}.png`) });
}

/** Presses the button the moment so much has gone out, from within the page: from outside it may be over by then. */
async function pauseBeyond(page: Page, share: number): Promise<void> {
  const [bar, pause] = ["document.getElementById('bar')", "document.getElementById('pause')"];
  const press = `${bar}.value > ${share} && (${pause}.click(), true)`;
  await page.waitForFunction(press, null, { polling: "raf", timeout: 60_000 });
}

// Reported as skipped where there is no Chromium.
const inChromium = existsSync(program) ? test : test.skip;

inChromium(
  `a file of ${size / 1_000_000} MB is paused, the page loaded again, and it goes on (200 MB with STOWAGE_EXTENDED=1)`,
  async () => {
    const path = await makeFile();
    const page = await (browser as Browser).newPage({ viewport: { width: 640, height: 320 } });
    await page.goto(server.url);
    await picture(page, "1-empty");
    await page.setInputFiles("#file", path);
    await pauseBeyond(page, 0.1);
    expect(await page.textContent("#pause")).toBe("Go on");
    await picture(page, "2-paused");
    const [before, all] = [server.chunks.length, Math.ceil(size / 4_194_304)];
    expect(before).toBeLessThan(all);
    await page.waitForTimeout(300);
    expect(server.chunks.length).toBe(before);

    await page.reload();
    await page.setInputFiles("#file", path);
    await picture(page, "3-again");
    await page.getByText("is there").waitFor({ timeout: 120_000 });
    await picture(page, "4-done");
    expect(await page.textContent("#state")).toBe("/holiday.bin is there, its checksum compared.");
    // What was on its way at the pause came twice, all else once.
    expect(server.chunks.length).toBeLessThanOrEqual(all + 4);
    const response = await fetch(`${server.url}/uploads/files/content?path=/holiday.bin`);
    const stored = await sha256(response.body as unknown as NodeJS.ReadableStream);
    expect(stored).toBe(await sha256(createReadStream(path)));
  },
  240_000,
);
