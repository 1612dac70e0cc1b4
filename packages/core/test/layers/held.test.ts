import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";

const run = promisify(execFile);
const core = join(import.meta.dirname, "../../src");

test.each(["retry", "tryAgain"])("a program that has nothing to do but to %s hears how that ends", async (name) => {
  const program = `
    import { systemClock, UploadError } from ${JSON.stringify(join(core, "index.ts"))};
    import { memoryDriver } from ${JSON.stringify(join(core, "memory/index.ts"))};
    import { retry, tryAgain } from ${JSON.stringify(join(core, "layers/index.ts"))};
    const fails = () => Promise.reject(new UploadError("BACKEND_UNAVAILABLE", "away", { driver: "x" }, { retry: "same" }));
    const options = { signal: new AbortController().signal };
    const work = ${
      name === "retry"
        ? `retry({ baseMs: 50 })({ ...memoryDriver({}), begin: fails }).begin({}, options)`
        : `tryAgain(systemClock, options, fails)`
    };
    await work.catch((error) => console.log(error.code));
  `;
  const flags = [
    "--import",
    "@stowage/config/typescript",
    "-C",
    "@stowage/source",
    "--input-type=module",
    "-e",
    program,
  ];
  const { stdout } = await run(process.execPath, flags, { cwd: join(core, "..") });
  expect(stdout.trim()).toBe("BACKEND_UNAVAILABLE");
});
