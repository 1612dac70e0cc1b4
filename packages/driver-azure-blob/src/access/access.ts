import type { Clock } from "@stowage/core";
import type { Account } from "./account.js";
import { blobSas } from "./blob-sas.js";
import { delegatedSas, type DelegationSource } from "./delegated-sas.js";
import type { SignUrl } from "./sign-url.js";
import { bearerOf } from "./bearer-of.js";

/** What a request of ours carries, so that the service knows us. */
export interface Evidence {
  /** For the URL, without a question mark; empty: none. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** How requests are proven to be ours, and URLs made for others. */
export interface Access {
  /** @throws {UploadError} `BACKEND_DENIED` */
  evidence(blob: string): Promise<Evidence>;
  /** `null`: with what we were given, none can be made. */
  readonly sign: SignUrl | null;
}

/** Rules of the service that our own requests and URLs go by; the layout of signatures was tested with this one. */
export const serviceVersion = "2025-01-05";

/** Of URLs that only we use. Clocks may differ by less. */
const ownLifeMs = 3_600_000;

/** The `delegation` is asked only where tokens prove us. */
export function accessOf(
  { name, endpoint, proof }: Account,
  container: string,
  clock: Clock,
  delegation: DelegationSource,
): Access {
  const protocol = endpoint.startsWith("https:") ? "https" : "https,http";
  switch (proof.kind) {
    case "key": {
      const common = { account: name, accountKey: proof.key, container, protocol, version: serviceVersion } as const;
      return {
        // One HMAC, and no canonical form of each request to agree on.
        evidence: async (blob) => {
          const expiresAt = clock.now() + ownLifeMs;
          return { query: blobSas({ ...common, blob, permissions: "rcw", expiresAt }), headers: {} };
        },
        sign: async (wish) => blobSas({ ...common, ...wish }),
      };
    }
    case "sas":
      // It may be of a version that had smaller blocks.
      return { evidence: async () => ({ query: proof.sas, headers: { "x-ms-version": serviceVersion } }), sign: null };
    case "token": {
      const bearer = bearerOf(proof.credential, clock);
      return {
        evidence: async () => ({
          query: "",
          headers: { authorization: `Bearer ${await bearer()}`, "x-ms-version": serviceVersion },
        }),
        sign: delegatedSas(delegation, { account: name, container, protocol }, clock),
      };
    }
  }
}
