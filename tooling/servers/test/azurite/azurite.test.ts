import { access } from "node:fs/promises";
import { afterAll, expect, test } from "@jest/globals";
import { startAzurite } from "@stowage/servers";
import { sharedKeyFetch } from "../../src/azurite/shared-key-fetch.js";

const server = await startAzurite();
afterAll(() => server.close());

test("has an empty container of its own, and refuses a wrong key", async () => {
  const path = `/${server.container}?restype=container&comp=list`;
  const listed = await sharedKeyFetch(server, { method: "GET", path });
  expect([listed.status, await listed.text()]).toEqual([200, expect.stringMatching(/<Blobs\s*\/>|<Blobs><\/Blobs>/)]);
  const accountKey = Buffer.from("wrong").toString("base64");
  expect((await sharedKeyFetch({ ...server, accountKey }, { method: "GET", path })).status).toBe(403);
});

test("lets pages of the origins that were allowed, and no others", async () => {
  await server.allowOrigins(["http://127.0.0.1:7"]);
  const ask = async (origin: string): Promise<number> => {
    const headers = { origin, "access-control-request-method": "PUT" };
    return (await fetch(`${server.serviceUrl}/${server.container}/a`, { method: "OPTIONS", headers })).status;
  };
  expect([await ask("http://127.0.0.1:7"), await ask("http://127.0.0.1:8")]).toEqual([200, 403]);
});

test("is gone with its data when it is closed, and closing again is no error", async () => {
  const other = await startAzurite();
  await other.close();
  await other.close();
  await expect(access(other.folder)).rejects.toThrow("ENOENT");
  await expect(fetch(other.endpoint)).rejects.toThrow("fetch failed");
});
