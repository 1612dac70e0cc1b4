import type { Answer, Outgoing } from "./exchange.js";

/** By fetch, which does not tell how far a body is. */
export async function sendFetch({ method, url, headers, body, signal }: Outgoing): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers,
    signal,
    body: body ?? null,
  });
  const text = await response.text();
  return { status: response.status, header: (name) => response.headers.get(name), text };
}
