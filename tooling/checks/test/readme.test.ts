import { expect, test } from "@jest/globals";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";

const root = join(import.meta.dirname, "../../..");
const read = (path: string): Promise<string> => readFile(join(root, path), "utf8");

test.each([
  "docs/examples/custom-driver/src/shelf.ts",
  "docs/examples/custom-driver/test/shelf.test.ts",
  "docs/examples/node-http/src/upload-server.ts",
])("the README shows %s as it is, and that is run by its own tests", async (path) => {
  const example = await read(path);
  expect(await read("README.md")).toContain(`\`\`\`ts\n${example.trimEnd()}\n\`\`\``);
});

test("the custom driver is shorter than sixty lines", async () => {
  expect((await read("docs/examples/custom-driver/src/shelf.ts")).trimEnd().split("\n").length).toBeLessThan(60);
});

test("every relative link of the README leads somewhere", async () => {
  const links = [...(await read("README.md")).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path]) => path ?? "");
  expect(links.length).toBeGreaterThan(5);
  for (const link of links) await expect(stat(join(root, link))).resolves.toBeDefined();
});
