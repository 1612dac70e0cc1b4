import { expect, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { Application } from "typedoc";
import { referenceOptions } from "../src/reference-options.js";
import { undocumented } from "../src/undocumented.js";

const here = import.meta.dirname;

test("every package's exports have words, and all links lead somewhere", async () => {
  const given = ["--import", "@stowage/config/typescript", "src/write-reference.ts", "--check"];
  const told = await promisify(execFile)(process.execPath, given, { cwd: join(here, "..") }).then(
    () => "",
    (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
  );
  expect(told).toBe("");
}, 180_000);

test("what has none is found, and so is what leads nowhere", async () => {
  const app = await Application.bootstrap({
    ...referenceOptions(join(here, "out")),
    entryPoints: [join(here, "fixture/exports.ts")],
    tsconfig: join(here, "../tsconfig.json"),
  });
  const told: string[] = [];
  app.logger.log = (message) => void told.push(message);
  const project = await app.convert();
  if (project === undefined) throw new Error(told.join("\n"));
  expect(undocumented(project)).toEqual(["Stowage: Silent", "Stowage: loud", "Stowage: silent"]);
  app.validate(project);
  expect(told.join("\n")).toMatch(/Nowhere/);
  expect(told.join("\n")).toMatch(/Hidden/);
}, 60_000);
