import { afterAll } from "@jest/globals";
import { describeDriver } from "@stowage/conformance/jest";
import type { Runtime } from "@stowage/core";
import { imageStore } from "../src/index.js";
import { startGateway } from "./fabric-gateway.js";

const gateway = await startGateway();
afterAll(() => gateway.close());

async function setup(runtime: Runtime) {
  gateway.files.clear();
  gateway.sessions.clear();
  const token = "secret-token-of-the-cluster";
  const make = () => imageStore({ endpoint: gateway.url, token, maxChunk: 1_000, parallel: 2 }, runtime);
  return {
    driver: make(),
    newInstance: make,
    readBack: async (key: string) => gateway.files.get(key.replaceAll("/", "\\")) ?? null,
    leftovers: async () => [...gateway.sessions.keys()],
    secrets: [token],
  };
}

await describeDriver({ name: "image-store, a gateway as strict as Microsoft's", setup });
