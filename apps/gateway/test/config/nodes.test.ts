import { describe, expect, test } from "@jest/globals";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { loadConfig } from "../../src/config/load-config.js";
import { load, mistakesOf } from "./written-config.js";

const key = "k".repeat(64);
const policy = (node: string): string =>
  `policies: { a: { driver: remote, options: { node: ${node} }, relay: { use: never } } }`;

describe("a master's nodes", () => {
  test("are in the options of the policies that name them", async () => {
    const { policies } = await load(
      `listen: { publicOrigin: https://files.example }
nodes: { eu: { url: "https://node.example", key: "\${KEY}", directUrl: "https://cdn.example", timeout: 5s } }
${policy("eu")}`,
      { KEY: key },
    );
    expect(policies["a"]?.options).toEqual({
      node: "eu",
      url: "https://node.example",
      key,
      directUrl: "https://cdn.example",
      siteUrl: "https://files.example",
      timeoutMs: 5000,
    });
  });

  test.each([
    [`nodes: { eu: { url: "https://n", key: ${key} } }\n${policy("us")}`, "policies.a.options.node: no node of this"],
    [`nodes: { east: { url: "https://n", key: ${key} } }\n${policy("eats")}`, "did you mean east?"],
    [policy("eu"), "policies.a.options.node: no node of this name"],
    ["policies: { a: { driver: remote } }", "policies.a.options.node: missing"],
    [`nodes: { eu: { url: "https://n/path", key: ${key} } }\n${policy("eu")}`, "nodes.eu.url: not an origin"],
    [`nodes: { eu: { url: "https://n", key: short } }\n${policy("eu")}`, "nodes.eu.key: shorter than 32"],
    [`nodes: { eu: { url: "https://n" } }\n${policy("eu")}`, "nodes.eu.key: missing"],
    [`nodes: { EU: { url: "https://n", key: ${key} } }`, "nodes.EU: not a name"],
    [
      `nodes: { eu: { url: "https://n", key: ${key} } }
policies: { a: { driver: remote, options: { node: eu, key: ${key} }, relay: { use: never } } }`,
      "policies.a.options.key: unknown",
    ],
    [
      `listen: { host: 0.0.0.0 }
nodes: { eu: { url: "https://n", key: ${key} } }
identity: { anonymous: off }
policies: { a: { driver: remote, transfer: direct, options: { node: eu }, relay: { use: never } } }`,
      "nodes.eu.siteUrl: missing",
    ],
  ])("%#: a mistake is told once, at its place", async (text, mistake) => {
    const mistakes = await mistakesOf(text);
    expect(mistakes).toEqual([expect.stringContaining(mistake)]);
    expect(mistakes.join()).not.toContain(key);
  });
});

test("the guide's two configurations are right, and fit each other", async () => {
  const guide = await readFile(join(import.meta.dirname, "../../../../docs/guide/configuration.md"), "utf8");
  const written = (name: string): string => new RegExp(`\`\`\`yaml ${name}\n([^]*?)\`\`\``).exec(guide)?.[1] ?? "";
  const [slave, master] = [
    await load(written("slave"), { NODE_KEY: key }),
    await load(written("master"), { NODE_KEY: key }),
  ];
  expect([slave.role, slave.node.key, master.nodes["eu"]?.key]).toEqual(["slave", key, key]);
  expect(master.policies["eu"]?.options).toMatchObject({ url: "https://eu.example", siteUrl: "https://files.example" });
});

describe("a slave", () => {
  test("has one mount by default, and its key from the file or the variable, which wins", async () => {
    const { mount, node } = await load(`{ role: slave, node: { key: ${key} } }`);
    expect([mount, node]).toEqual([{ "/api/v4/slave": "cloudreve-slave" }, { key }]);
    const other = "o".repeat(64);
    const environment = { STOWAGE_NODE_KEY: other };
    expect((await load(`{ role: slave, node: { key: ${key} } }`, environment)).node).toEqual({ key: other });
    const bare = await loadConfig({ file: null, environment, overrides: { role: "slave" } });
    expect([bare.role, bare.node.key]).toEqual(["slave", other]);
    expect((await loadConfig({ file: null, environment: { STOWAGE_NODE_KEY: "" } })).role).toBe("master");
  });

  test.each([
    ["role: slave", "node.key: missing: the front-end at /api/v4/slave needs the key"],
    ["mount: { /n: { protocol: cloudreve-slave } }", "node.key: missing: the front-end at /n needs"],
    ["{ role: slave, node: { key: short } }", "node.key: shorter than 32 characters"],
    ["{ role: servant }", "role: not one of master, slave"],
  ])("%s is a mistake", async (text, mistake) => {
    expect(await mistakesOf(text)).toEqual([expect.stringContaining(mistake)]);
  });
});
