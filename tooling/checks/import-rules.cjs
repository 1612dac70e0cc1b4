// Who may import whom. Paths are those of the checkout, so a package's own sources match before links do.
const anyPackage = "^(packages|apps|tooling)/";
const kinds = {
  drivers: "packages/driver-[^/]+",
  stores: "packages/store-[^/]+",
  protocols: "packages/protocol-[^/]+",
  wires: "packages/[^/]+-wire",
};

/** Sources under `from` may import, of ours, themselves and what `to` names. */
const only = (name, from, to) => ({
  name,
  severity: "error",
  from: { path: `^(${from})/src/` },
  to: { path: anyPackage, pathNot: [`^$1/`, ...to.map((path) => `^${path}/`)] },
});

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    only("core-imports-nothing-of-ours", "packages/core", []),
    only("wires-import-core", kinds.wires, ["packages/core"]),
    only("drivers-import-core-and-wires", kinds.drivers, ["packages/core", kinds.wires]),
    only("stores-import-core", kinds.stores, ["packages/core"]),
    only("protocols-import-core-and-wires", kinds.protocols, ["packages/core", kinds.wires]),
    only("conformance-imports-core", "packages/conformance", ["packages/core"]),
    only("server-imports-core", "packages/server", ["packages/core"]),
    only("client-imports-core", "packages/client", ["packages/core"]),
    {
      name: "nothing-imports-apps",
      severity: "error",
      from: { path: "^packages/[^/]+/" },
      to: { path: "^apps/" },
    },
    {
      name: "core-is-portable",
      comment: "Only the node subpath may use Node's modules, and it alone may ask for undici.",
      severity: "error",
      from: { path: "^packages/core/src/", pathNot: "^packages/core/src/node/" },
      to: { dependencyTypes: ["core", "npm", "npm-peer", "npm-dev", "npm-optional", "unknown"] },
    },
    {
      name: "no-cycles",
      severity: "error",
      from: { path: anyPackage },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    { name: "resolvable", severity: "error", from: { path: "/src/" }, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(dist|node_modules)/" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["@stowage/source", "import", "node", "default"],
      extensions: [".ts", ".js", ".mjs", ".cjs", ".json"],
    },
    tsPreCompilationDeps: true,
    parser: "swc",
  },
};
