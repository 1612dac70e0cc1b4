import { createHmac, hash } from "node:crypto";
import type { EpochMs } from "@stowage/core";
import { amzDate } from "./amz-date.js";
import {
  canonicalTail,
  encodePairs,
  headerNames,
  insertPair,
  sortPairs,
  unsignedPayload,
} from "./canonical-request.js";
import { aws4, type SignatureScheme } from "./scheme.js";
import type { Credentials, SignableRequest, SignedVariant, Signer } from "./signer.js";
import { signingKeys } from "./signing-key.js";

/** Where signatures are valid. */
export interface SigningPlace {
  readonly region: string;
  /** `s3` unless given. */
  readonly service?: string;
  /** Amazon's unless given. */
  readonly scheme?: SignatureScheme;
}

/**
 * Signature version 4, in headers and in URLs, always with an unsigned payload. Pure: no clock, no I/O.
 *
 * @example
 * const signer = sigV4({ accessKeyId, secretAccessKey }, { region: "eu-central-1" });
 */
export function sigV4(credentials: Credentials, place: SigningPlace): Signer {
  const { region, service = "s3", scheme = aws4 } = place;
  const keyOf = signingKeys(scheme, credentials.secretAccessKey, region, service);
  const stampOf = (at: EpochMs): Stamp => {
    const date = amzDate(at);
    const day = date.slice(0, 8);
    const scope = `${day}/${region}/${service}/${scheme.terminator}`;
    return { date, scope, key: keyOf(day), start: `${scheme.algorithm}\n${date}\n${scope}\n` };
  };
  return {
    signHeaders: (request, at) => signHeaders(scheme, credentials, stampOf(at), request),
    signUrls: (request, at, seconds) => signUrls(scheme, credentials, stampOf(at), seconds, request),
  };
}

/** All that depends on the instant alone. */
interface Stamp {
  readonly date: string;
  readonly scope: string;
  readonly key: Buffer;
  /** The string to sign up to the hash of the request. */
  readonly start: string;
}

function signHeaders(
  scheme: SignatureScheme,
  { accessKeyId, sessionToken }: Credentials,
  stamp: Stamp,
  request: SignableRequest,
): Readonly<Record<string, string>> {
  const { headerPrefix, algorithm } = scheme;
  const headers: Record<string, string> = {
    ...request.headers,
    [`${headerPrefix}date`]: stamp.date,
    [`${headerPrefix}content-sha256`]: unsignedPayload,
    ...(sessionToken === undefined ? {} : { [`${headerPrefix}security-token`]: sessionToken }),
  };
  const signed = { ...headers, host: hostOf(request) };
  const query = sortPairs(encodePairs(request.query)).join("&");
  const tail = canonicalTail(signed, unsignedPayload);
  const signature = sign(stamp, `${request.method}\n${request.path}\n${query}\n${tail}`);
  const credential = `${accessKeyId}/${stamp.scope}`;
  return {
    ...headers,
    authorization: `${algorithm} Credential=${credential}, SignedHeaders=${headerNames(signed)}, Signature=${signature}`,
  };
}

function signUrls(
  scheme: SignatureScheme,
  credentials: Credentials,
  stamp: Stamp,
  seconds: number,
  request: SignableRequest,
): (variant?: SignedVariant) => string {
  const { method, origin, path } = request;
  const pairsOf = (names: string): string[] =>
    sortPairs(encodePairs({ ...request.query, ...signatureQuery(scheme, credentials, stamp, seconds, names) }));
  let common: Common | undefined;
  return ({ query: own = {}, headers: bound = {} } = {}) => {
    const values = Object.values(bound).join("\n");
    const names = Object.keys(bound).join(";");
    if (common?.names !== names || common.values !== values) {
      const headers = { ...request.headers, ...bound, host: hostOf(request) };
      const pairs = common?.names === names ? common.pairs : pairsOf(headerNames(headers));
      common = { names, values, pairs, tail: canonicalTail(headers, unsignedPayload) };
    }
    const query = encodePairs(own).reduce(insertPair, common.pairs).join("&");
    const signature = sign(stamp, `${method}\n${path}\n${query}\n${common.tail}`);
    return `${origin}${path}?${query}&${scheme.queryPrefix}Signature=${signature}`;
  };
}

/** What the requests of a series have in common, as long as their own headers stay the same. */
interface Common {
  readonly names: string;
  readonly values: string;
  readonly pairs: readonly string[];
  readonly tail: string;
}

function signatureQuery(
  { queryPrefix, algorithm }: SignatureScheme,
  { accessKeyId, sessionToken }: Credentials,
  { scope, date }: Stamp,
  seconds: number,
  names: string,
): Readonly<Record<string, string>> {
  return {
    [`${queryPrefix}Algorithm`]: algorithm,
    [`${queryPrefix}Credential`]: `${accessKeyId}/${scope}`,
    [`${queryPrefix}Date`]: date,
    [`${queryPrefix}Expires`]: String(seconds),
    [`${queryPrefix}SignedHeaders`]: names,
    ...(sessionToken === undefined ? {} : { [`${queryPrefix}Security-Token`]: sessionToken }),
  };
}

function sign({ start, key }: Stamp, canonical: string): string {
  const hashed = hash("sha256", canonical, "hex");
  return createHmac("sha256", key)
    .update(start + hashed)
    .digest("hex");
}

/** As HTTP clients send it: without the scheme's own port. */
function hostOf({ origin }: SignableRequest): string {
  return origin.slice(origin.indexOf("://") + 3);
}
