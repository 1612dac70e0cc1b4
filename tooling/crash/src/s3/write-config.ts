import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { S3Server } from "@stowage/servers";

/** A gateway's configuration with the policies `through` and `direct` on a bucket; returns its path. */
export async function writeConfig(
  folder: string,
  server: S3Server,
  page: { readonly origins: readonly string[] } = { origins: [] },
): Promise<string> {
  const { endpoint, region, bucket, accessKeyId, secretAccessKey } = server;
  const credentials = { accessKeyId, secretAccessKey };
  const common = { bucket, region, endpoint, preset: "aws", addressing: "path", credentials };
  const on = (prefix: string): object => ({ driver: "s3", options: { ...common, prefix, origins: page.origins } });
  const policies = { through: on("through/"), direct: { ...on("direct/"), transfer: "direct" } };
  const routing = [{ when: { path: "/direct" }, use: "direct" }, { use: "through" }];
  const file = join(folder, "stowage.json");
  await writeFile(file, JSON.stringify({ policies, routing, cors: { origins: page.origins } }));
  return file;
}
