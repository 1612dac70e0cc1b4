import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../../..");
const bin = join(import.meta.dirname, "../node_modules/.bin");
const packages = await readdir(join(root, "packages"));

describe.each(packages)("the tarball of %s", (name) => {
  let folder = "";
  let tarball = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "stowage-pack-"));
    await run("pnpm", ["pack", "--pack-destination", folder], { cwd: join(root, "packages", name) });
    tarball = join(folder, (await readdir(folder)).find((file) => file.endsWith(".tgz")) ?? "");
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("passes publint", async () => {
    const { stdout } = await run(join(bin, "publint"), ["run", tarball, "--strict"]).catch(
      (error: { stdout: string }) => {
        throw new Error(error.stdout);
      },
    );
    expect(stdout).toContain("All good!");
  });

  test("has types that resolve for ESM", async () => {
    const { stdout } = await run(join(bin, "attw"), [tarball, "--profile", "esm-only", "--format", "json"]).catch(
      (error: { stdout: string }) => error,
    );
    const { analysis } = JSON.parse(stdout) as { analysis: { problems?: { kind: string; resolutionKind?: string }[] } };
    const problems = (analysis.problems ?? []).filter(
      ({ resolutionKind }) => resolutionKind !== "node10" && resolutionKind !== "node16-cjs",
    );
    expect(problems).toEqual([]);
  });

  test("carries its README, licence and description, and no link into the workspace", async () => {
    const { stdout } = await run("tar", ["-xOzf", tarball, "package/package.json"]);
    const manifest = JSON.parse(stdout) as { license?: string; description?: string };
    expect(manifest).toMatchObject({ license: "MIT", description: expect.stringMatching(/\w/) as unknown });
    expect(stdout).not.toMatch(/workspace:|catalog:|@stowage\/source/);
    const files = (await run("tar", ["-tzf", tarball])).stdout;
    expect(files).toContain("package/README.md");
    expect(await readFile(join(root, "packages", name, "README.md"), "utf8")).toMatch(/^# /);
  });
});
