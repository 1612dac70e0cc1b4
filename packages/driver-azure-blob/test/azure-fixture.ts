import { type ContainerClient, BlobServiceClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import type { DriverFixture } from "@stowage/conformance";
import type { Runtime } from "@stowage/core";
import type { AzureServer } from "@stowage/servers";
import { azureBlob, type AzureBlobOptions } from "../src/index.js";

/** Azure's SDK on a container: the way around the driver. */
export function containerOf({ serviceUrl, account, accountKey, container }: AzureServer): ContainerClient {
  const credential = new StorageSharedKeyCredential(account, accountKey);
  return new BlobServiceClient(serviceUrl, credential).getContainerClient(container);
}

/** Options for a server. */
export function optionsFor(server: AzureServer, options: Partial<AzureBlobOptions> = {}): AzureBlobOptions {
  const { serviceUrl: endpoint, account, accountKey, container } = server;
  return { container, account, accountKey, endpoint, ...options };
}

/** The blob of a name; `null` where there is none. */
export async function readObject(container: ContainerClient, name: string): Promise<Uint8Array | null> {
  try {
    return await container.getBlobClient(name).downloadToBuffer();
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return null;
    throw error;
  }
}

/** Blobs that have nothing but blocks, and whatever clients sent by themselves, under a prefix. */
export async function leftoversIn(container: ContainerClient, prefix: string): Promise<readonly string[]> {
  const names = async (includeUncommitedBlobs: boolean): Promise<readonly string[]> => {
    const found: string[] = [];
    for await (const { name } of container.listBlobsFlat({ prefix, includeUncommitedBlobs })) found.push(name);
    return found;
  };
  const committed = new Set(await names(false));
  const all = await names(true);
  return all.filter((name) => !committed.has(name) || name.startsWith(`${prefix}.stowage-`));
}

let folders = 0;

/** A fixture of the kit: a folder of its own for each case. */
export async function azureFixture(
  server: AzureServer,
  runtime: Runtime,
  options: Partial<AzureBlobOptions> = {},
): Promise<DriverFixture> {
  const container = containerOf(server);
  const prefix = `case-${++folders}/`;
  const make = (): ReturnType<typeof azureBlob> => azureBlob(optionsFor(server, { prefix, ...options }), runtime);
  return {
    driver: make(),
    newInstance: make,
    readBack: (key) => readObject(container, prefix + key),
    leftovers: () => leftoversIn(container, prefix),
    secrets: [server.accountKey],
  };
}
