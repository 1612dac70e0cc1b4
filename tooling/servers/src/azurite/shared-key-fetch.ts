import { createHmac } from "node:crypto";
import type { AzureServer } from "./azure-server.js";

/** A request to Azure's Blob service. */
export interface SharedKeyRequest {
  readonly method: string;
  /** From the service's URL on, with its query: `/container?restype=container`. */
  readonly path: string;
  readonly body?: string;
}

/** Of the service; Azurite knows it, too. */
const version = "2021-12-02";

/**
 * One request with its signature by the account's key (Shared Key of
 * https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key).
 */
export function sharedKeyFetch(
  { serviceUrl, account, accountKey }: Pick<AzureServer, "serviceUrl" | "account" | "accountKey">,
  { method, path, body = "" }: SharedKeyRequest,
): Promise<Response> {
  const url = new URL(`${serviceUrl}${path}`);
  const own = { "x-ms-date": new Date().toUTCString(), "x-ms-version": version };
  const length = body === "" ? "" : String(Buffer.byteLength(body));
  const type = body === "" ? "" : "application/xml";
  const standard = ["", "", length, "", type, "", "", "", "", "", ""];
  const headers = Object.entries(own).map(([name, value]) => `${name}:${value}`);
  const query = [...url.searchParams]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}:${value}`);
  const resource = [`/${account}${url.pathname}`, ...query];
  const text = [method, ...standard, ...headers, ...resource].join("\n");
  const signature = createHmac("sha256", Buffer.from(accountKey, "base64")).update(text).digest("base64");
  const authorization = `SharedKey ${account}:${signature}`;
  const typed = type === "" ? {} : { "content-type": type };
  return fetch(url, {
    method,
    headers: { ...own, ...typed, authorization },
    ...(body === "" ? {} : { body }),
  });
}
