import { createHash } from "node:crypto";
import type { HttpAnswer, HttpExchange, Protocol } from "@stowage/core/http";
import { referenceAssets } from "./reference-assets.js";
import type { Asset } from "./reference-assets.js";
import { pagePolicy, pageScript, referencePage } from "./reference-page.js";
import type { ApiDocument } from "./reference-page.js";

/** Shows OpenAPI documents at its prefix, by Swagger UI; asks nobody but this server. Everything is kept by browsers until it changes. */
export function referenceFrontEnd(documents: readonly ApiDocument[]): Protocol {
  const assets = referenceAssets();
  const script = text("text/javascript; charset=utf-8", pageScript(documents));
  return {
    name: "docs",
    handle: async (exchange, _access, { prefix }) => {
      const { method, url } = exchange;
      const path = url.pathname.slice(prefix.length);
      const found = path === "" ? text("text/html; charset=utf-8", referencePage(prefix)) : null;
      const asset = found ?? (path === "/page.js" ? script : (assets.get(path.slice(1)) ?? null));
      if (asset === null) return path === "/" ? { status: 308, headers: { location: prefix } } : { status: 404 };
      if (method !== "GET" && method !== "HEAD") return { status: 405, headers: { allow: "GET, HEAD" } };
      return send(asset, exchange);
    },
  };
}

function text(type: string, content: string): Asset {
  const bytes = Buffer.from(content);
  const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
  return { type, etag, read: async () => bytes };
}

async function send(asset: Asset, exchange: HttpExchange): Promise<HttpAnswer> {
  const { type, etag } = asset;
  const headers = { etag, "cache-control": "no-cache", "content-security-policy": pagePolicy };
  if (hasTag(exchange.header("if-none-match"), etag)) return { status: 304, headers };
  return { status: 200, headers: { ...headers, "content-type": type }, body: await asset.read() };
}

/** A comparison by weak validators, as `If-None-Match` asks for; a proxy may have made a weak one of ours. */
function hasTag(given: string | undefined, etag: string): boolean {
  return (given ?? "").split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
}
