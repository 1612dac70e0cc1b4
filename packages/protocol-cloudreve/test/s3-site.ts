import { createHash } from "node:crypto";
import { nodeRuntime } from "@stowage/core/node";
import { s3 } from "@stowage/driver-s3";
import type { S3Options } from "@stowage/driver-s3";
import { signedFetch } from "@stowage/servers";
import type { S3Server } from "@stowage/servers";
import { cloudreveClient } from "./cloudreve-client.js";
import type { CloudreveClient } from "./cloudreve-client.js";
import { openHttpSite } from "./http-site.js";
import type { HttpReply, HttpSite } from "./http-site.js";
import type { Send } from "./s3-client.js";

/** A site whose one policy is direct, into a bucket; Anna is signed in. Chunks have 5 MiB. */
export interface S3Site {
  readonly site: HttpSite;
  readonly client: CloudreveClient;
  readonly create: (uri: string, size: number) => Promise<HttpReply["all"]>;
  readonly callBack: (session: HttpReply["all"]) => Promise<HttpReply>;
}

/** `send`: absent: as a page of the site may. */
export async function openS3Site(
  { bucket, region, endpoint, accessKeyId, secretAccessKey }: S3Server,
  options: Partial<S3Options>,
  send?: Send,
): Promise<S3Site> {
  const credentials = { accessKeyId, secretAccessKey };
  const driver = s3({ bucket, region, endpoint, credentials, ...options }, nodeRuntime());
  const chunks = { size: 5 * 1024 * 1024, parallel: 3 };
  const site = await openHttpSite({}, [{ id: "bucket", driver, transfer: "direct", chunks }]);
  site.accounts.add("anna", "correct horse");
  const client = cloudreveClient(site, send);
  await client.signIn("anna@files.test", "correct horse");
  return {
    site,
    client,
    create: (uri, size) => client.call("PUT", "/file/upload", { uri, size }),
    callBack: ({ session_id, callback_secret }) => site.send("GET", `/callback/s3/${session_id}/${callback_secret}`),
  };
}

const rules = [
  "<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin>",
  "<AllowedMethod>PUT</AllowedMethod><AllowedMethod>POST</AllowedMethod>",
  "<AllowedHeader>Content-Type</AllowedHeader><ExposeHeader>ETag</ExposeHeader></CORSRule></CORSConfiguration>",
].join("");

/** Sets the bucket up as Cloudreve's web client needs it. */
export async function allowPages(server: S3Server): Promise<void> {
  const headers = { "content-md5": createHash("md5").update(rules).digest("base64") };
  const request = { method: "PUT", path: `/${server.bucket}`, query: { cors: "" }, headers, body: rules };
  const { status } = await signedFetch(server, request);
  if (status !== 200) throw new Error(`${server.name}: CORS: ${status}`);
}
