import { expect, test } from "@jest/globals";
import { silentLogger, UploadError } from "../../src/index.js";
import { reportFailure } from "../../src/http/index.js";

function logged(error: unknown): readonly [level: string, fields: Readonly<Record<string, unknown>>][] {
  const lines: [string, Readonly<Record<string, unknown>>][] = [];
  const at = (level: string) => (fields: Readonly<Record<string, unknown>>) => void lines.push([level, fields]);
  const log = { ...silentLogger, debug: at("debug"), warn: at("warn"), error: at("error") };
  reportFailure(log, { requestId: "r", protocol: "p" }, error);
  return lines;
}

test("a bug is told by kind and place, never by its message", () => {
  const [[level, fields] = ["", {}]] = logged(new TypeError("secret"));
  expect([level, fields["error"], fields["protocol"], fields["requestId"]]).toEqual(["error", "TypeError", "p", "r"]);
  expect(JSON.stringify(fields["at"])).toContain("report-failure.test");
  expect(JSON.stringify(fields)).not.toContain("secret");
});

test("so is the cause of an internal error", () => {
  const error = new UploadError("INTERNAL", "write failed", { operation: "write" }, { cause: new Error("secret") });
  const [[level, fields] = ["", {}]] = logged(error);
  expect([level, fields["code"], fields["message"]]).toEqual(["error", "INTERNAL", "write failed"]);
  expect(JSON.stringify(fields)).not.toContain("secret");
});

test.each([
  [new UploadError("BACKEND_FULL", "disk full", { driver: "local" }), "warn"],
  [new UploadError("SESSION_NOT_FOUND", "none", { id: "1" }), "debug"],
  ["thrown text", "error"],
  [null, "error"],
])("%s at %s", (error, level) => {
  expect(logged(error).map(([at]) => at)).toEqual([level]);
});
