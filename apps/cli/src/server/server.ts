import type { FileInfo, UploadFailure } from "@stowage/client";
import { apiOf } from "@stowage/client/node";
import type { SessionInfo } from "@stowage/client/node";
import type { ServerAddress } from "./server-address.js";

/** A file or folder of the server. */
export interface ServerFile extends FileInfo {
  readonly kind: "file" | "folder";
  readonly checksum?: { readonly algorithm: string; readonly value: string };
}

/** A session of any front-end; what another one made may lack a path, a size and chunks. */
export interface ServerSession extends Omit<SessionInfo, "path" | "size" | "chunkSize" | "chunkCount" | "file"> {
  readonly path: string | null;
  readonly size: number | null;
  readonly chunkSize: number | null;
  readonly chunkCount: number | null;
  readonly policy: string;
  readonly protocol: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly error?: { readonly reason: string; readonly code?: string };
  readonly file?: ServerFile;
}

/** Questions to a server's native front-end, each asked once. */
export interface Server {
  readonly address: ServerAddress;
  /** @throws {UploadFailure} with the server's code; `NETWORK`, `BAD_ANSWER` */
  ask<Shape>(method: "GET" | "DELETE", path: string, query?: Query): Promise<Shape>;
  /** Every item of a list, page by page. */
  pages<Item>(path: string, of: string, query?: Query): AsyncGenerator<Item>;
}

/** Parameters of a question; those that are `undefined` are left out. */
export type Query = Readonly<Record<string, string | undefined>>;

/** Over HTTP. */
export function openServer(address: ServerAddress, signal: AbortSignal = new AbortController().signal): Server {
  const api = apiOf(address);
  const ask: Server["ask"] = (method, path, query = {}) =>
    api.call(method, path + printQuery(query), undefined, { signal }) as Promise<never>;
  return {
    address,
    ask,
    pages: async function* (path, of, query = {}) {
      let after: string | undefined;
      do {
        const page = await ask<{ readonly next?: string }>("GET", path, { ...query, after });
        yield* (page as Record<string, unknown>)[of] as never[];
        after = page.next;
      } while (after !== undefined);
    },
  };
}

/** With a question mark, where there is anything. */
export function printQuery(query: Query): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length === 0 ? "" : `?${new URLSearchParams(given).toString()}`;
}

/** `null`: there is nothing. @throws {UploadFailure} as `Server.ask` */
export async function findFile(server: Server, path: string): Promise<ServerFile | null> {
  try {
    return await server.ask<ServerFile>("GET", "/files/info", { path });
  } catch (error) {
    if ((error as UploadFailure).code === "ENTRY_NOT_FOUND") return null;
    throw error;
  }
}
