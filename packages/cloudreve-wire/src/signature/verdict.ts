import { codes } from "../codes.js";

/** What a signature turned out to be. `absent`: none, or none with an expiry. */
export type SignatureVerdict = "valid" | "absent" | "malformed" | "expired" | "wrong";

/** How a node words that a signature is not good enough. The same for each wrong one, whatever is wrong with it. */
export function refusalOf(verdict: Exclude<SignatureVerdict, "valid">): {
  readonly code: number;
  readonly msg: string;
} {
  if (verdict === "absent") return { code: codes.forbidden, msg: "expire timestamp is missing" };
  if (verdict === "expired") return { code: codes.signatureExpired, msg: "the signature has expired" };
  return { code: codes.signatureInvalid, msg: "invalid signature" };
}
