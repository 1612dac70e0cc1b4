import { UploadError } from "@stowage/core";
import type { HttpAnswer, HttpExchange } from "@stowage/core/http";

/** Which pages of other origins may use the front-ends from a browser. */
export interface CorsOptions {
  /** `*`: any. `loopback`: pages of this machine, on any port. Else origins as browsers send them: `https://a.example`. */
  readonly origins: "*" | "loopback" | readonly string[];
  /** Cookies and client certificates too; refused together with `*`. Default `false`. */
  readonly credentials?: boolean;
}

/** What the options come to for one exchange. */
export interface Cors {
  /** The answer to a preflight of an origin that may; `null` hands the request on. */
  preflight(exchange: HttpExchange): HttpAnswer | null;
  /** Fields to add to an answer with these (lower-case) fields. A front-end that answered for itself is left alone. */
  fields(exchange: HttpExchange, given: Readonly<Record<string, string>>): Readonly<Record<string, string>>;
}

const methods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
/** Two hours: the longest that Chromium keeps a preflight. */
const maxAgeSeconds = 7200;
const alwaysReadable = new Set(["cache-control", "content-language", "content-length", "content-type", "vary"]);

/** @throws {UploadError} `OPTIONS_INVALID` for an origin that no browser would send */
export function corsOf(options: CorsOptions | undefined): Cors {
  if (options === undefined) return { preflight: () => null, fields: () => ({}) };
  check(options);
  const allowed = (exchange: HttpExchange): string | null => {
    const origin = exchange.header("origin");
    return origin !== undefined && isAllowed(origin, options.origins) ? origin : null;
  };
  const base = (origin: string): Record<string, string> => ({
    "access-control-allow-origin": options.origins === "*" ? "*" : origin,
    ...(options.credentials === true ? { "access-control-allow-credentials": "true" } : {}),
  });
  const varies = options.origins !== "*";
  return {
    preflight: (exchange) => {
      const origin = allowed(exchange);
      if (origin === null || exchange.method !== "OPTIONS") return null;
      if (exchange.header("access-control-request-method") === undefined) return null;
      return { status: 204, headers: { ...base(origin), ...preflightFields(exchange, varies) } };
    },
    fields: (exchange, given) => {
      if (given["access-control-allow-origin"] !== undefined) return {};
      const origin = allowed(exchange);
      const vary = varies ? { vary: given["vary"] === undefined ? "Origin" : `${given["vary"]}, Origin` } : {};
      if (origin === null) return vary;
      return { ...base(origin), ...vary, "access-control-expose-headers": readable(given) };
    },
  };
}

/** Origins of pages that this machine serves to itself. */
export function isLoopbackOrigin(origin: string): boolean {
  return /^https?:\/\/((\w[\w-]*\.)*localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/.test(origin);
}

function isAllowed(origin: string, origins: CorsOptions["origins"]): boolean {
  if (origins === "*") return true;
  return origins === "loopback" ? isLoopbackOrigin(origin) : origins.includes(origin);
}

function preflightFields(exchange: HttpExchange, varies: boolean): Readonly<Record<string, string>> {
  const wanted = exchange.header("access-control-request-headers") ?? "";
  return {
    "access-control-allow-methods": methods,
    ...(/^[\w!#$%&'*+.^`|~, -]+$/.test(wanted) ? { "access-control-allow-headers": wanted } : {}),
    "access-control-max-age": String(maxAgeSeconds),
    vary: `${varies ? "Origin, " : ""}Access-Control-Request-Method, Access-Control-Request-Headers`,
  };
}

/** Whatever a front-end answers with is meant for its client, so a page may read it. */
function readable(given: Readonly<Record<string, string>>): string {
  return Object.keys(given)
    .filter((name) => !alwaysReadable.has(name) && name !== "set-cookie")
    .join(", ");
}

function check({ origins, credentials }: CorsOptions): void {
  const issues =
    typeof origins === "string"
      ? []
      : origins.filter((origin) => !isOrigin(origin)).map((origin) => `origins: ${origin} is no origin`);
  if (origins === "*" && credentials === true) issues.push("credentials: not with origins *");
  if (issues.length === 0) return;
  throw new UploadError("OPTIONS_INVALID", `cors: ${issues.join("; ")}`, { driver: "front-door", issues });
}

function isOrigin(origin: string): boolean {
  return URL.canParse(origin) && new URL(origin).origin === origin;
}
