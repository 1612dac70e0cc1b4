import { describe, expect, test } from "@jest/globals";
import { parseCommand } from "../src/arguments.js";

describe("the command line", () => {
  test.each([
    [[], {}, {}],
    [[], { STOWAGE_PORT: "" }, {}],
    [["--port", "0"], {}, { port: 0 }],
    [["--port=81"], { STOWAGE_PORT: "82" }, { port: 81 }],
    [[], { STOWAGE_PORT: "82", STOWAGE_HOST: "::1", STOWAGE_DATA: "/d" }, { port: 82, host: "::1", data: "/d" }],
    [[], { STOWAGE_LOG: "debug" }, { log: "debug" }],
    [["--role", "slave"], { STOWAGE_ROLE: "master" }, { role: "slave" }],
    [[], { STOWAGE_ROLE: "slave" }, { role: "slave" }],
  ])("%j with %j", (given, environment, expected) => {
    expect(parseCommand(given, environment)).toEqual({ kind: "start", config: null, overrides: expected });
  });

  test.each([
    [["--config", "a.yaml"], { STOWAGE_CONFIG: "b.yaml" }, "a.yaml"],
    [[], { STOWAGE_CONFIG: "b.yaml" }, "b.yaml"],
    [[], { STOWAGE_CONFIG: "" }, null],
  ])("%j with %j names a configuration", (given, environment, config) => {
    expect(parseCommand(given, environment)).toMatchObject({ kind: "start", config });
  });

  test.each([
    [["--port", "-1"], {}],
    [["--port", "1e3"], {}],
    [["--host", "a b"], {}],
    [["--data", ""], {}],
    [["--config", ""], {}],
    [["--unknown"], {}],
    [["file"], {}],
    [[], { STOWAGE_PORT: "x" }],
    [[], { STOWAGE_LOG: "loud" }],
    [["--role", "servant"], {}],
  ])("%j with %j is a mistake of one line", (given, environment) => {
    const command = parseCommand(given, environment);
    expect(command.kind === "mistake" && command.message).toMatch(/^[^\n]{5,120}$/);
  });
});
