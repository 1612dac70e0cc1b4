import type { Send } from "./s3-client.js";

/**
 * Requests as a browser lets a page of this origin make them: to another origin a preflight goes first and has to allow
 * method and fields, and of the answer the page reads only what is exposed.
 */
export function pageFetch(origin: string): Send {
  const preflighted = new Set<string>();
  return async (method, url, body) => {
    const target = new URL(url);
    const isForeign = target.origin !== origin;
    const asked = `${method} ${target.origin}${target.pathname}`;
    if (isForeign && !preflighted.has(asked)) await preflight(origin, method, url);
    preflighted.add(asked);
    const headers = { "content-type": "application/octet-stream", ...(isForeign ? { origin } : {}) };
    const response = await fetch(url, { method, headers, body: Buffer.from(body), redirect: "error" });
    const text = await response.text();
    if (!isForeign) return { status: response.status, etag: response.headers.get("etag") ?? "", text };
    if (!isAllowed(response, origin)) throw new Error(`${method}: the answer is not for pages of ${origin}`);
    const exposed = listOf(response, "access-control-expose-headers").includes("etag");
    return { status: response.status, etag: exposed ? (response.headers.get("etag") ?? "") : "", text };
  };
}

async function preflight(origin: string, method: string, url: string): Promise<void> {
  const response = await fetch(url, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": method,
      "access-control-request-headers": "content-type",
    },
  });
  await response.arrayBuffer();
  const methods = listOf(response, "access-control-allow-methods");
  const fields = listOf(response, "access-control-allow-headers");
  const isFine = response.ok && isAllowed(response, origin) && methods.includes(method.toLowerCase());
  if (!isFine || !(fields.includes("*") || fields.includes("content-type")))
    throw new Error(`preflight of ${method}: ${response.status}`);
}

function isAllowed(response: Response, origin: string): boolean {
  return ["*", origin].includes(response.headers.get("access-control-allow-origin") ?? "");
}

function listOf(response: Response, name: string): readonly string[] {
  return (response.headers.get(name) ?? "").split(",").map((item) => item.trim().toLowerCase());
}
