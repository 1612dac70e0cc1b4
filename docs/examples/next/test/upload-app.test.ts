import { describeServer } from "@stowage/adapters";
import { createRequire } from "node:module";
import { join } from "node:path";

const next = createRequire(import.meta.url).resolve("next/dist/bin/next");

// What `next build` made of the app.
const program = {
  cwd: join(import.meta.dirname, ".."),
  arguments: [next, "start", "--hostname", "127.0.0.1", "--port", "0"],
  ready: /http:\/\/127\.0\.0\.1:([1-9]\d*)[^]*Ready/,
  env: { NEXT_TELEMETRY_DISABLED: "1" },
  // As shells count a process that SIGTERM ended.
  exitCode: 143,
};
describeServer("Next", program, { hidesLength: true });
