import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { jpeg, noise, pdf, png } from "./samples.js";
import { startMedia } from "./media-process.js";
import type { MediaProcess } from "./media-process.js";

const run = promisify(execFile);
let folder = "";
let server: MediaProcess;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "media-curl-"));
  server = await startMedia(folder);
}, 60_000);
afterAll(async () => {
  await server.kill();
  await rm(folder, { recursive: true });
});

interface CurlReply {
  readonly status: number;
  // Tests look into answers of all shapes.
  readonly data: ReturnType<typeof JSON.parse>;
}

function curl(path: string, ...given: readonly string[]): Promise<CurlReply> {
  return curlAs("alice", path, ...given);
}

/** `null`: nobody. */
async function curlAs(owner: string | null, path: string, ...given: readonly string[]): Promise<CurlReply> {
  const common = ["-s", "-w", "\n%{http_code}", "-H", "Accept: application/json", "--compressed"];
  const token = owner === null ? [] : ["-H", `Authorization: Bearer ${owner}`];
  const { stdout } = await run("curl", [...common, ...token, ...given, `${server.url}${path}`]);
  const at = stdout.lastIndexOf("\n");
  return { status: Number(stdout.slice(at + 1)), data: JSON.parse(stdout.slice(0, at)) };
}

const chunkSize = 204_800;

/** Uploads a file as the API's page says, one curl for each chunk; the answers. */
async function upload(whole: Buffer, send: (chunk: string, range: string, id: string) => Promise<CurlReply>) {
  const replies: CurlReply[] = [];
  for (let start = 0; start < whole.length; start += chunkSize) {
    const end = Math.min(start + chunkSize, whole.length);
    const chunk = join(folder, `chunk-${start}`);
    await writeFile(chunk, whole.subarray(start, end));
    replies.push(await send(chunk, `bytes ${start}-${end - 1}/${whole.length}`, replies[0]?.data.upload_id ?? ""));
  }
  return replies;
}

/** `-F`, as a user writes it. */
const byForm =
  (kind: string) =>
  (chunk: string, range: string, id: string): Promise<CurlReply> => {
    const ids = id === "" ? [] : ["-F", `upload_id=${id}`];
    return curl("/upload/chunk/", "-H", `Content-Range: ${range}`, ...ids, "-F", `${kind}=@${chunk}`);
  };

const boundary = "----WebKitFormBoundaryT4U3VeMJUOwfER55";

/** The command of the API's page: a form written by hand, whose content type names no boundary, in chunked coding. */
const byHand =
  (kind: string, type: string) =>
  async (chunk: string, range: string, id: string): Promise<CurlReply> => {
    const { readFile } = await import("node:fs/promises");
    const ids = id === "" ? "" : `--${boundary}\r\nContent-Disposition: form-data; name="upload_id"\r\n\r\n${id}\r\n`;
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${kind}"; filename="p.gif"\r\nContent-Type: ${type}\r\n\r\n`;
    const body = `${chunk}-form`;
    const tail = `\r\n--${boundary}--\r\n`;
    await writeFile(body, Buffer.concat([Buffer.from(ids + head), await readFile(chunk), Buffer.from(tail)]));
    const fields = ["Content-Type: multipart/form-data", `Content-Range: ${range}`, "Transfer-Encoding: chunked"];
    const headers = fields.flatMap((field) => ["-H", field]);
    return curl("/upload/chunk/", "-X", "POST", ...headers, "--data-binary", `@${body}`);
  };

describe.each([
  ["-F", byForm],
  ["a form written by hand", byHand],
] as const)("%s", (_, by) => {
  test.each([
    ["image", jpeg(500_000), "image/jpeg"],
    ["image", png(400), "image/png"],
    ["document", pdf(500_000), "application/pdf"],
  ] as const)("%s, file %#", async (kind, whole, type) => {
    const replies = await upload(whole, by(kind, type === "image/png" ? "image/gif" : type));
    expect(replies.length).toBeGreaterThan(2);
    for (const { status } of replies) expect(status).toBe(201);
    expect(replies.at(-1)?.data.offset).toBe(String(whole.length));
    const id = replies[0]?.data.upload_id as string;
    const done = await curl("/upload/chunk/complete/", "-F", `upload_id=${id}`);
    expect(done).toMatchObject({ status: 200, data: { type: kind, content_type: type, size: whole.length } });
    expect(await curl("/upload/chunk/complete/", "-d", `upload_id=${id}`)).toEqual(done);
    expect(await curl(`/${done.data.id}/`)).toEqual(done);
  });
});

test("the example of the API's page as it stands has no bytes, and is told so", async () => {
  const body = `--${boundary}\r\nContent-Disposition: form-data; name="image"; filename="p.gif"\r\nContent-Type: image/gif\r\n\r\n\r\n--${boundary}--\r\n`;
  const fields = ["Content-Type: multipart/form-data", "Content-Range: bytes 1433600-1638399/2124437"];
  const headers = [...fields, "Transfer-Encoding: chunked"].flatMap((field) => ["-H", field]);
  const reply = await curl("/upload/chunk/", "-X", "POST", ...headers, "--data-binary", body);
  expect(reply).toMatchObject({ status: 400, data: { error: { code: "CHUNK_SIZE_MISMATCH" } } });
});

test("refusals come through", async () => {
  const chunk = join(folder, "some");
  await writeFile(chunk, noise(5000));
  const send = (range: string, ...more: readonly string[]): Promise<CurlReply> =>
    curl("/upload/chunk/", "-H", `Content-Range: ${range}`, "-F", `image=@${chunk}`, ...more);
  expect(await send("bytes 0-4999/5000")).toMatchObject({ status: 415 });
  expect(await send("bytes 0-4999/9999999")).toMatchObject({ status: 413 });
  expect(await send("bytes 4999-0/5000")).toMatchObject({ status: 400 });
  expect(await curl("/upload/chunk/", "-F", `image=@${chunk}`)).toMatchObject({ status: 400 });
  expect(await send("bytes 5000-9999/20000", "-F", "upload_id=nobodys")).toMatchObject({ status: 404 });
  const foreign = (owner: string | null, ...more: readonly string[]): Promise<CurlReply> =>
    curlAs(owner, "/upload/chunk/", "-H", "Content-Range: bytes 5000-9999/20000", "-F", `image=@${chunk}`, ...more);
  expect(await foreign(null)).toMatchObject({ status: 401 });
  const whole = png(60);
  await writeFile(chunk, whole.subarray(0, 5000));
  const mine = await send(`bytes 0-4999/${whole.length}`);
  const id = mine.data.upload_id as string;
  expect(await foreign("bob", "-F", `upload_id=${id}`)).toMatchObject({ status: 404 });
  expect(await send(`bytes 5001-10000/${whole.length}`, "-F", `upload_id=${id}`)).toMatchObject({
    status: 416,
    data: { error: { offset: "5000" } },
  });
});

test("clients that vanish in the middle of their forms, and those that fill the memory, leave a server that works", async () => {
  const { hostname, port } = new URL(server.url);
  const before = await server.memory();
  const vanish = (index: number): Promise<void> =>
    new Promise((resolve) => {
      const socket = connect(Number(port), hostname);
      socket.on("error", () => {}).on("close", () => resolve());
      const head = `POST /api/v2/media/upload/chunk/ HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer alice\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Range: bytes 0-204799/2000000\r\nContent-Length: 205000\r\n\r\n`;
      socket.write(`${head}--b\r\nContent-Disposition: form-data; name="image"; filename="x"\r\n\r\n`);
      socket.write(noise((index * 7919) % 200_000), () => setTimeout(() => socket.destroy(), index % 40));
    });
  for (let round = 0; round < 5; round += 1)
    await Promise.all(Array.from({ length: 60 }, (_, index) => vanish(round * 60 + index)));
  expect((await upload(png(100), byForm("image")))[0]?.status).toBe(201);
  expect((await server.memory()) - before).toBeLessThan(100 * 1024 * 1024);
}, 30_000);
