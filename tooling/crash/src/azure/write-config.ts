import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AzureServer } from "@stowage/servers";

/** A gateway's configuration with the policies `through` and `direct` on a container; returns its path. */
export async function writeConfig(
  folder: string,
  server: AzureServer,
  page: { readonly origins: readonly string[] } = { origins: [] },
): Promise<string> {
  const { container, connectionString } = server;
  const on = (prefix: string): object => ({
    driver: "azure-blob",
    options: { container, connectionString, prefix, origins: page.origins },
  });
  const policies = { through: on("through/"), direct: { ...on("direct/"), transfer: "direct" } };
  const routing = [{ when: { path: "/direct" }, use: "direct" }, { use: "through" }];
  const file = join(folder, "stowage.json");
  await writeFile(file, JSON.stringify({ policies, routing, cors: { origins: page.origins } }));
  return file;
}
