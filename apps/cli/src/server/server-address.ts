import { UploadFailure } from "@stowage/client";

/** Where a server is, and who asks. */
export interface ServerAddress {
  /** Where the native front-end is mounted, without a slash at the end. */
  readonly to: string;
  readonly token?: string;
}

/** Of the gateway on this machine, as it comes. */
const usual = "http://127.0.0.1:5212/uploads";
const usualMount = "/uploads";

/**
 * From flags and variables (`STOWAGE_URL`, `STOWAGE_TOKEN`); a bare origin means the front-end at its usual place.
 *
 * @throws {UploadFailure} `USAGE` for what is no URL
 */
export function serverAddress(
  flags: { readonly to?: string | undefined; readonly token?: string | undefined },
  environment: Readonly<Record<string, string | undefined>>,
): ServerAddress {
  const given = flags.to ?? (environment["STOWAGE_URL"] || usual);
  const token = flags.token ?? (environment["STOWAGE_TOKEN"] || undefined);
  if (!URL.canParse(given)) throw new UploadFailure("USAGE", `not a URL: ${given}`);
  const { protocol, origin, pathname, username, password } = new URL(given);
  if (protocol !== "http:" && protocol !== "https:")
    throw new UploadFailure("USAGE", `not an http or https URL: ${given}`);
  if (username !== "" || password !== "")
    throw new UploadFailure("USAGE", "a name or password in a URL is not sent: use --token or STOWAGE_TOKEN");
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token))
    throw new UploadFailure("USAGE", "a token has no spaces and no other characters than ASCII's");
  const path = pathname.replace(/\/+$/, "");
  return { to: origin + (path === "" ? usualMount : path), ...(token === undefined ? {} : { token }) };
}
