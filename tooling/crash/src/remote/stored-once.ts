import { expect } from "@jest/globals";
import { createHash } from "node:crypto";
import type { SourceFile } from "../source-file.js";
import type { Host } from "./host.js";

/** A file, as the master lists it. */
interface Listed {
  readonly path: string;
  readonly size: number;
}

/** Files of a folder, as the master lists them; none of one that there is not. */
export async function listFiles({ url }: Pick<Host, "url">, folder: string): Promise<readonly Listed[]> {
  const answer = await fetch(`${url}/uploads/files?folder=${encodeURIComponent(folder)}&limit=1000`);
  if (answer.status === 404) return [];
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { readonly files: readonly Listed[] }).files;
}

/** Whether the master lists a file at this path. */
export async function isListed({ url }: Pick<Host, "url">, path: string): Promise<boolean> {
  return (await fetch(`${url}/uploads/files/info?path=${encodeURIComponent(path)}`)).status === 200;
}

/** Who carried the bytes of the finished uploads to a path, one for each of them. */
export async function carriersOf({ url }: Pick<Host, "url">, path: string): Promise<readonly string[]> {
  const answer = await fetch(`${url}/uploads/sessions?state=completed&limit=1000`);
  type Session = { readonly path: string; readonly transfer: string };
  const { sessions } = (await answer.json()) as { readonly sessions: readonly Session[] };
  return sessions.filter((session) => session.path === path).map(({ transfer }) => transfer);
}

/** SHA-256, in hexadecimal digits, of a file that comes from the master. */
export async function contentSha256({ url }: Pick<Host, "url">, path: string): Promise<string> {
  const answer = await fetch(`${url}/uploads/files/content?path=${encodeURIComponent(path)}`);
  expect(answer.status).toBe(200);
  const hash = createHash("sha256");
  for await (const piece of answer.body ?? []) hash.update(piece as Uint8Array);
  return hash.digest("hex");
}

/** The file is in the master's list once, and what comes from there is what went in. */
export async function expectListedOnce(master: Host, path: string, source: SourceFile): Promise<void> {
  const folder = path.slice(0, path.lastIndexOf("/")) || "/";
  const found = (await listFiles(master, folder)).filter((file) => file.path === path);
  expect(found).toMatchObject([{ path, size: source.size }]);
  expect(await contentSha256(master, path)).toBe(source.sha256());
}

/** The node has one object for each of these files, whatever order, and nothing that is unfinished. */
export async function expectStored(node: Host, sizes: readonly number[]): Promise<void> {
  const order = (a: number, b: number): number => a - b;
  expect((await node.data.objects()).toSorted(order)).toEqual(sizes.toSorted(order));
  expect(await node.data.leftovers()).toEqual([]);
}
