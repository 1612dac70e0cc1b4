import { createRequire } from "node:module";
const require = createRequire(import.meta.url);

/** @type {import('jest').Config} */
export default {
  // A machine that is busy with other things is no failure.
  testTimeout: 30_000,
  testEnvironment: "node",
  testEnvironmentOptions: { customExportConditions: ["@stowage/source", "node", "node-addons"] },
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  extensionsToTreatAsEsm: [".ts"],
  moduleNameMapper: { "^(\\.{1,2}/.*)\\.js$": "$1" },
  transform: {
    "^.+\\.ts$": [
      require.resolve("@swc/jest"),
      {
        jsc: { target: "es2023", parser: { syntax: "typescript" }, keepClassNames: true },
        module: { type: "es6" },
        sourceMaps: "inline",
      },
    ],
  },
  coverageProvider: "v8",
  maxWorkers: 2,
  workerIdleMemoryLimit: "1GB",
};
