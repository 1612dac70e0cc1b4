import { type Clock, UploadError } from "@stowage/core";
import { driverName } from "../errors.js";
import type { TokenSource } from "../options.js";

const scope = "https://storage.azure.com/.default";

/** A token that is about to run out may be refused when it arrives. */
const marginMs = 2 * 60_000;

/**
 * Tokens, each asked for once: not every credential remembers its own.
 *
 * @throws {UploadError} `BACKEND_DENIED`
 */
export function bearerOf(credential: TokenSource, clock: Clock): () => Promise<string> {
  let asked: Promise<{ readonly token: string; readonly until: number }> | undefined;
  const ask = async (): Promise<{ token: string; until: number }> => {
    const given = await credential.getToken(scope).catch(() => null);
    if (given === null)
      throw new UploadError("BACKEND_DENIED", "the credential has no token", { driver: driverName }, { retry: "same" });
    return { token: given.token, until: given.expiresOnTimestamp - marginMs };
  };
  return async () => {
    const last = asked;
    const known = await last?.catch(() => null);
    if (known !== undefined && known !== null && known.until > clock.now()) return known.token;
    // Another one, who waited as well, may have asked by now.
    if (asked === last || asked === undefined) asked = ask();
    return (await asked).token;
  };
}
