import type { SourceBytes } from "../source-bytes.js";
import type { Answer, Outgoing } from "./exchange.js";

/** By fetch, which does not tell how far a body is. A redirection is an answer: what we send is for nobody else. */
export async function sendFetch({ method, url, headers, body, signal }: Outgoing): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers,
    signal,
    redirect: "manual",
    // What is no Blob has a way of its own.
    body: (body as Exclude<typeof body, SourceBytes> | undefined) ?? null,
  });
  const text = await response.text();
  return { status: response.status, header: (name) => response.headers.get(name), text };
}
