import { GetObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import type { DriverFixture } from "@stowage/conformance";
import type { Runtime } from "@stowage/core";
import type { S3Server } from "@stowage/servers";
import { s3, type S3Options } from "../src/index.js";

/** Amazon's SDK on a server: the way around the driver. */
export function clientOf({ endpoint, region, accessKeyId, secretAccessKey }: S3Server): S3Client {
  return new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
}

/** Options for a server in path style, under a prefix. */
export function optionsFor(server: S3Server, options: Partial<S3Options> = {}): S3Options {
  const { endpoint, region, bucket, accessKeyId, secretAccessKey } = server;
  return { bucket, region, endpoint, addressing: "path", credentials: { accessKeyId, secretAccessKey }, ...options };
}

/** The object at a full key; `null` where there is none. */
export async function readObject(client: S3Client, bucket: string, key: string): Promise<Uint8Array | null> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return (await Body?.transformToByteArray()) ?? new Uint8Array();
  } catch (error) {
    if ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 404) return null;
    throw error;
  }
}

/** Open uploads and chunks kept aside, under a prefix. */
export async function leftoversIn(client: S3Client, bucket: string, prefix: string): Promise<readonly string[]> {
  const uploads = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix }));
  const asides = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: `${prefix}.stowage-aside/` }));
  return [
    ...(uploads.Uploads ?? []).map(({ Key }) => `upload ${Key}`),
    ...(asides.Contents ?? []).map(({ Key }) => `object ${Key}`),
  ];
}

let folders = 0;

/** A fixture of the kit: a folder of its own for each case. */
export async function storeFixture(
  server: S3Server,
  runtime: Runtime,
  options: Partial<S3Options> = {},
): Promise<DriverFixture> {
  const client = clientOf(server);
  const prefix = `case-${++folders}/`;
  const make = (): ReturnType<typeof s3> => s3(optionsFor(server, { prefix, ...options }), runtime);
  const others: ReturnType<typeof s3>[] = [];
  return {
    driver: make(),
    newInstance: () => {
      const other = make();
      others.push(other);
      return other;
    },
    readBack: (key) => readObject(client, server.bucket, prefix + key),
    leftovers: () => leftoversIn(client, server.bucket, prefix),
    secrets: [server.secretAccessKey, server.accessKeyId],
    close: async () => {
      for (const other of others) await other.close?.();
      client.destroy();
    },
  };
}
