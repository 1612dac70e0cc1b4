import { UploadError } from "@stowage/core";
import { driverName } from "../errors.js";
import type { AzureBlobSettings, TokenSource } from "../options.js";
import { isBareUrl } from "./is-bare-url.js";

/** Whose service it is, and what proves us to it. */
export interface Account {
  readonly name: string;
  /** Of the Blob service, without a slash at its end. */
  readonly endpoint: string;
  readonly proof: Proof;
}

/** Exactly one of them. */
export type Proof =
  | { readonly kind: "key"; /** Base64. */ readonly key: string }
  | { readonly kind: "sas"; /** Without a question mark. */ readonly sas: string }
  | { readonly kind: "token"; readonly credential: TokenSource };

/** Of every Azurite, published (https://learn.microsoft.com/azure/storage/common/storage-use-azurite). */
const development: Readonly<Record<string, string>> = {
  AccountName: "devstoreaccount1",
  AccountKey: "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
  BlobEndpoint: "http://127.0.0.1:10000/devstoreaccount1",
};

/**
 * Who we are, from whichever options say it.
 *
 * @throws {UploadError} `OPTIONS_INVALID` for a connection string that says too little
 */
export function readAccount(settings: AzureBlobSettings): Account {
  const { connectionString, account, accountKey, sas, credential } = settings;
  if (connectionString !== undefined) return fromConnectionString(connectionString);
  const endpoint = bare(settings.endpoint ?? `https://${account ?? ""}.blob.core.windows.net`);
  const name = account ?? accountIn(endpoint);
  if (accountKey !== undefined) return { name, endpoint, proof: { kind: "key", key: accountKey } };
  if (sas !== undefined) return { name, endpoint, proof: { kind: "sas", sas: sas.replace(/^\?/, "") } };
  if (credential !== undefined) return { name, endpoint, proof: { kind: "token", credential } };
  throw invalid("nothing proves who we are");
}

function fromConnectionString(text: string): Account {
  const given = Object.fromEntries(
    text.split(";").flatMap((pair) => {
      const [, name, value] = /^\s*([^=]+)=(.*?)\s*$/.exec(pair) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
  const said = given["UseDevelopmentStorage"] === "true" ? development : given;
  const { AccountName, AccountKey, SharedAccessSignature, BlobEndpoint } = said;
  const { DefaultEndpointsProtocol = "https", EndpointSuffix = "core.windows.net" } = said;
  if (BlobEndpoint === undefined && AccountName === undefined)
    throw invalid("connectionString: neither AccountName nor BlobEndpoint in it");
  const endpoint = bare(BlobEndpoint ?? `${DefaultEndpointsProtocol}://${AccountName}.blob.${EndpointSuffix}`);
  if (!isBareUrl(endpoint)) throw invalid("connectionString: its BlobEndpoint is no URL of a service");
  if (AccountKey !== undefined && AccountName === undefined)
    throw invalid("connectionString: AccountKey without AccountName in it");
  const name = AccountName ?? accountIn(endpoint);
  if (AccountKey !== undefined) return { name, endpoint, proof: { kind: "key", key: AccountKey } };
  if (SharedAccessSignature === undefined)
    throw invalid("connectionString: neither AccountKey nor SharedAccessSignature in it");
  return { name, endpoint, proof: { kind: "sas", sas: SharedAccessSignature.replace(/^\?/, "") } };
}

/** The first label of its host; behind an address (Azurite) the first segment of its path. */
function accountIn(endpoint: string): string {
  const { hostname, pathname } = new URL(endpoint);
  return pathname.split("/")[1] || (hostname.split(".")[0] ?? "");
}

function bare(url: string): string {
  return url.replace(/\/+$/, "");
}

function invalid(issue: string): UploadError<"OPTIONS_INVALID"> {
  return new UploadError("OPTIONS_INVALID", `options of driver ${driverName}: ${issue}`, {
    driver: driverName,
    issues: [issue],
  });
}
