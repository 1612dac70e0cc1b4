import type { Call } from "./call.js";

/** Where clients reach the mount point: as configured, else as the request came. No slash at its end. */
export function baseUrl({ settings, exchange, prefix }: Pick<Call, "settings" | "exchange" | "prefix">): string {
  return settings.baseUrl?.replace(/\/+$/, "") ?? `${exchange.url.origin}${prefix}`;
}
