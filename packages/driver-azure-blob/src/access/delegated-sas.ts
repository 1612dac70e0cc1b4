import {
  BlobSASPermissions,
  generateBlobSASQueryParameters,
  SASProtocol,
  type UserDelegationKey,
} from "@azure/storage-blob";
import type { Clock, EpochMs } from "@stowage/core";
import type { SignUrl } from "./sign-url.js";

/** A key that the service lends to whoever has a token, to sign with until then. */
export type DelegationSource = (from: EpochMs, until: EpochMs) => Promise<UserDelegationKey>;

/** The longest that the service lends one. */
const mostLifeMs = 7 * 24 * 3600 * 1000;

/** The service's clock may be behind ours. */
const skewMs = 5 * 60_000;

/** Signs URLs with a borrowed key (user delegation SAS); a new one is asked for when half of its time is over. */
export function delegatedSas(
  source: DelegationSource,
  { account, container, protocol }: { account: string; container: string; protocol: "https" | "https,http" },
  clock: Clock,
): SignUrl {
  let lent: { readonly key: Promise<UserDelegationKey>; readonly until: EpochMs } | undefined;
  const keyFor = (expiresAt: EpochMs): Promise<UserDelegationKey> => {
    const now = clock.now();
    if (lent === undefined || lent.until < expiresAt || lent.until - now < mostLifeMs / 2) {
      const until = now + mostLifeMs - skewMs;
      const key = source(now - skewMs, until);
      key.catch(() => (lent = undefined));
      lent = { key, until };
    }
    return lent.key;
  };
  return async ({ blob, permissions, expiresAt }) => {
    const values = {
      containerName: container,
      blobName: blob,
      permissions: BlobSASPermissions.parse(permissions),
      expiresOn: new Date(expiresAt),
      protocol: protocol === "https" ? SASProtocol.Https : SASProtocol.HttpsAndHttp,
    };
    return generateBlobSASQueryParameters(values, await keyFor(expiresAt), account).toString();
  };
}
