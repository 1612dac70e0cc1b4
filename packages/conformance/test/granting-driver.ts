import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { chunkAt, fromStream, type Json, type Runtime, type StorageDriver, type UploadTarget } from "@stowage/core";
import { memoryBackend, type MemoryBackend, memoryDriver } from "@stowage/core/memory";
import type { DriverFixture } from "../src/driver/driver-fixture.js";

const options = { signal: new AbortController().signal };

/** What a wrong one does otherwise. */
export interface GrantingChanges {
  /** Later than the upload's own. */
  readonly longerMs?: number;
  /** Every slice begins with the first chunk. */
  readonly ignoresSlice?: true;
  /** Whether an upload that has ended still takes what was granted, and what comes of it. */
  late?(backend: MemoryBackend, target: UploadTarget, bytes: Uint8Array): void;
}

/** A client's request by its path, one for each chunk that was granted. */
interface Granted {
  readonly handle: Json;
  readonly target: UploadTarget;
  readonly index: number;
}

/** The memory driver behind a server of its own, to which clients send. It lists what came, and knows what has ended. */
export async function grantingFixture(runtime: Runtime, changes: GrantingChanges = {}): Promise<DriverFixture> {
  const backend = memoryBackend();
  const inner = memoryDriver({ backend, passiveBegin: false }, runtime);
  const granted = new Map<string, Granted>();
  const server = createServer((request, response) => {
    void take(request)
      .then((status) => (response.statusCode = status))
      .catch(() => (response.statusCode = 400))
      .finally(() => response.end());
  });
  const take = async (request: IncomingMessage): Promise<number> => {
    const chunk = granted.get(request.url ?? "");
    if (chunk === undefined) return 404;
    const { handle, target, index } = chunk;
    const sink = inner.sink(handle, target);
    if ((await sink.probe(options)).kind !== "open") {
      const pieces: Uint8Array[] = [];
      for await (const piece of request) pieces.push(piece as Uint8Array);
      changes.late?.(backend, target, Buffer.concat(pieces));
      return changes.late === undefined ? 404 : 200;
    }
    const { start, end } = chunkAt(target.plan as NonNullable<UploadTarget["plan"]>, index);
    const body = fromStream(request, end - start);
    const facts = { offset: start, index, isLast: false, whole: true, attempt: `direct ${start}` };
    await sink.write({ ...facts, body }, options);
    return 200;
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const driver = withGrants(inner, granted, server, changes);
  return {
    driver,
    readBack: async (key) => backend.objects.get(key)?.bytes ?? null,
    leftovers: async () => [...backend.uploads.values()].map(({ key }) => key),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function withGrants(
  inner: StorageDriver,
  granted: Map<string, Granted>,
  server: Server,
  { longerMs = 0, ignoresSlice }: GrantingChanges,
): StorageDriver {
  const maxTtlMs = 60_000 * 60;
  return {
    ...inner,
    direct: {
      recipe: "parts",
      maxTtlMs,
      grant: async (handle, target, { chunks: { start, end } }) => {
        const expiresAt = Math.min(target.expiresAt, Date.now() + maxTtlMs) + longerMs;
        const requests = Array.from({ length: end - start }, (_, at) => {
          const path = `/${crypto.randomUUID()}`;
          granted.set(path, { handle, target, index: ignoresSlice === true ? at : start + at });
          const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
          return { method: "PUT", url, headers: {}, expiresAt } as const;
        });
        return { kind: "parts", requests, completion: { by: "server" } };
      },
    },
  };
}
