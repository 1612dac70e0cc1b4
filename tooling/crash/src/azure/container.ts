import { BlobServiceClient, type ContainerClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import type { StorageDriver } from "@stowage/core";
import { nodeRuntime } from "@stowage/core/node";
import { azureBlob } from "@stowage/driver-azure-blob";
import type { AzureServer } from "@stowage/servers";
import { hastyClock } from "../s3/bucket.js";
import { recipes } from "../s3/recipes.js";

/** The driver on a container; all keys begin with `prefix`. */
export function driverOn(server: AzureServer, prefix: string): StorageDriver {
  const { container, serviceUrl: endpoint, account, accountKey } = server;
  return azureBlob({ container, endpoint, account, accountKey, prefix }, nodeRuntime({ clock: hastyClock }));
}

/** Azure's SDK on the container: the way around the driver. */
export function containerOf({ serviceUrl, account, accountKey, container }: AzureServer): ContainerClient {
  const credential = new StorageSharedKeyCredential(account, accountKey);
  return new BlobServiceClient(serviceUrl, credential).getContainerClient(container);
}

/** Names of objects under a prefix, and of blobs that only have blocks or that clients send to, as the server itself has them. */
export async function stored(
  server: AzureServer,
  prefix: string,
): Promise<{ readonly objects: readonly string[]; readonly uploads: readonly string[] }> {
  const client = containerOf(server);
  const names = async (includeUncommitedBlobs: boolean): Promise<string[]> => {
    const found: string[] = [];
    for await (const { name } of client.listBlobsFlat({ prefix, includeUncommitedBlobs })) found.push(name);
    return found;
  };
  const isObject = (name: string): boolean => !name.startsWith(`${prefix}.stowage-`);
  const objects = (await names(false)).filter(isObject);
  const uploads = (await names(true)).filter((name) => !objects.includes(name));
  return { objects: objects.toSorted(), uploads: uploads.toSorted() };
}

/** What clients do; none completes by itself here. */
export const azureRecipes = recipes.filter(([name]) => name !== "direct, completed by the client");
