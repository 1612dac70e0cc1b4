import { mkdtemp, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { closing } from "../process/closing.js";
import { type Daemon, startDaemon } from "../process/daemon.js";
import { freePort } from "../process/free-port.js";
import { answers, untilReady } from "../process/until-ready.js";
import type { AzureServer } from "./azure-server.js";
import { sharedKeyFetch } from "./shared-key-fetch.js";
import { corsDocument } from "./cors-document.js";

/** How Azurite is started. */
export interface AzuriteOptions {
  /** Any free one when absent. */
  readonly port?: number;
}

/** The one account that every Azurite has, with its published key (https://learn.microsoft.com/azure/storage/common/storage-use-azurite). */
const account = "devstoreaccount1";
const accountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
const container = "stowage";

/**
 * Starts Azurite, Microsoft's emulator, in a process of its own: data on disk in a folder for temporary files, no telemetry,
 * and requests of newer versions of the service than it knows are taken. Takes one to two seconds.
 */
export async function startAzurite(options: AzuriteOptions = {}): Promise<AzureServer> {
  const manifest = createRequire(import.meta.url).resolve("azurite/package.json");
  const { version } = JSON.parse(await readFile(manifest, "utf8")) as { version: string };
  const folder = await mkdtemp(join(tmpdir(), "azurite-"));
  const daemons: Daemon[] = [];
  const close = closing(daemons, folder);
  try {
    const port = options.port ?? (await freePort());
    const log = join(folder, "log");
    const parameters = ["--blobHost", "127.0.0.1", "--blobPort", String(port), "--location", join(folder, "data")];
    const quiet = ["--silent", "--disableTelemetry", "--skipApiVersionCheck"];
    const main = join(dirname(manifest), "dist/src/blob/main.js");
    const daemon = await startDaemon(process.execPath, [main, ...parameters, ...quiet], log, { env: ownEnvironment });
    daemons.push(daemon);
    const endpoint = `http://127.0.0.1:${port}`;
    await untilReady(daemon, log, () => answers(`${endpoint}/`));
    const server = describe(endpoint, { name: `azurite ${version}`, pid: daemon.pid, folder, close });
    await demand(server, "PUT", `/${container}?restype=container`);
    return server;
  } catch (error) {
    await close();
    throw error;
  }
}

/** Without what jest sets for its own children. */
const ownEnvironment = { NODE_OPTIONS: "", NODE_ENV: "production" };

function describe(endpoint: string, own: Pick<AzureServer, "name" | "pid" | "folder" | "close">): AzureServer {
  const serviceUrl = `${endpoint}/${account}`;
  const server = {
    ...own,
    endpoint,
    serviceUrl,
    account,
    accountKey,
    container,
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${accountKey};BlobEndpoint=${serviceUrl};`,
    allowOrigins: (origins: readonly string[]) =>
      demand(server, "PUT", "/?restype=service&comp=properties", corsDocument(origins)),
  };
  return server;
}

async function demand(
  server: Pick<AzureServer, "serviceUrl" | "account" | "accountKey">,
  method: string,
  path: string,
  body = "",
): Promise<void> {
  const answer = await sharedKeyFetch(server, { method, path, body });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 500)}`);
}
