import { z } from "zod";
import { isBareUrl } from "./access/is-bare-url.js";
import { isKey } from "./keys.js";

const httpUrl = z
  .url({ protocol: /^https?$/, hostname: /./ })
  .refine(isBareUrl, "has more than a service's URL: a query, a fragment or a password");

/** The one method that we call of an Azure SDK's credential (`DefaultAzureCredential` and its like). */
export interface TokenSource {
  getToken(scopes: string | string[]): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>;
}

/** Options of `azureBlob`, validated when the driver is made; the README's table says the same. */
export const azureBlobOptionsSchema = z
  .strictObject({
    container: z
      .string()
      .regex(/^(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/, "is no container's name")
      .meta({ description: "Name of the container, which may have other things in it, too." }),
    connectionString: z.string().min(1).optional().meta({
      description: "Account, endpoint and key (or SAS) in one, as the portal shows it.",
    }),
    account: z
      .string()
      .regex(/^[a-z0-9]{3,24}$/, "is no account's name")
      .optional()
      .meta({ description: "Name of the storage account." }),
    accountKey: z
      .string()
      .regex(/^[A-Za-z0-9+/]+={0,2}$/, "is not base64")
      .optional()
      .meta({ description: "One of the account's two keys, base64." }),
    sas: z.string().min(1).optional().meta({
      description:
        "A shared access signature for the container, in place of a key. Clients cannot upload directly then.",
    }),
    credential: z
      .custom<TokenSource>(
        (value) => typeof value === "object" && value !== null && "getToken" in value,
        "has no getToken",
      )
      .optional()
      .meta({ description: "In code: a credential of Azure's SDK, such as `new DefaultAzureCredential()`." }),
    endpoint: httpUrl.optional().meta({
      description: "Where the Blob service answers. Without it: `https://ACCOUNT.blob.core.windows.net`.",
    }),
    prefix: z
      .string()
      .refine((prefix) => prefix === "" || isKey(`${prefix}x`), "is no prefix of a name")
      .default("")
      .meta({
        description: "Precedes every key: `uploads/`. Two drivers in one container need prefixes of their own.",
      }),
    directEndpoint: httpUrl.optional().meta({
      description: "Where clients reach the service, if not at `endpoint`: signed URLs lead there.",
    }),
    origins: z.array(z.url()).default([]).meta({
      description: "Origins of pages that upload directly; `check` proves that the account lets them.",
    }),
  })
  .superRefine(({ connectionString, account, accountKey, sas, credential, endpoint }, context) => {
    const proofs = { connectionString, accountKey, sas, credential };
    const given = Object.entries(proofs).flatMap(([name, value]) => (value === undefined ? [] : [name]));
    const issue = (message: string, path: string): void => context.addIssue({ code: "custom", message, path: [path] });
    if (given.length !== 1)
      issue(`one of ${Object.keys(proofs).join(", ")} is needed, and only one`, given[1] ?? "connectionString");
    if (connectionString !== undefined && (account !== undefined || endpoint !== undefined))
      issue("names account and endpoint by itself", "connectionString");
    if (accountKey !== undefined && account === undefined) issue("is needed with accountKey", "account");
    if (connectionString === undefined && account === undefined && endpoint === undefined)
      issue("account or endpoint is needed", "account");
  });

/** What a caller gives. */
export type AzureBlobOptions = z.input<typeof azureBlobOptionsSchema>;

/** Options with their defaults filled in. */
export type AzureBlobSettings = z.output<typeof azureBlobOptionsSchema>;
