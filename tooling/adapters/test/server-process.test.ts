import { expect, test } from "@jest/globals";
import { sourceProgram } from "../src/index.js";
import { startServer } from "../src/server-process.js";
import { until } from "../src/until.js";

const settings = { folder: "", token: "", signingKey: "" };

test("what a server leaves uncaught is told, even where it hides it", async () => {
  const server = await startServer(sourceProgram(import.meta.resolve("./servers/careless.ts")), settings);
  expect(server.complaints()).toBe("");
  expect(await (await fetch(`http://127.0.0.1:${server.port}`)).text()).toBe("fine");
  await until("it is told", () =>
    server.complaints().includes("UNCAUGHT unhandledRejection: TypeError: nobody caught"),
  );
  expect(await server.stop()).toBe(0);
}, 30_000);

test("a server that does not come up is told with what it said", async () => {
  const nothing = sourceProgram(new URL("servers/nothing-there.ts", import.meta.url).href);
  await expect(startServer(nothing, settings)).rejects.toThrow(/the server ended: [^]*nothing-there/);
}, 30_000);
