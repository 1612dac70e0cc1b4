import { createHmac } from "node:crypto";
import type { SignedRequest } from "@stowage/core";
import { openBackend } from "./store.js";
import type { Backend, Fault } from "./store.js";

const key = "the backend's own";

/**
 * Presigned PUTs of parts, as S3 has them: the signature covers method, path, expiry and the signed header field; a
 * second way of authentication, a field that is missing and a request without a length are refused.
 */
export function presignedParts(
  options: { readonly ttlMs?: number; readonly nextFault?: () => Fault } = {},
): Promise<Backend> {
  const sign = (method: string, path: string, expires: string): string =>
    createHmac("sha256", key).update(`${method}\n${path}\n${expires}\nx-part: yes`).digest("hex");
  return openBackend("parts", {
    ...(options.nextFault === undefined ? {} : { nextFault: options.nextFault }),
    grant: (url, _target, start, end) => {
      const expiresAt = Date.now() + (options.ttlMs ?? 60_000);
      const requests = Array.from({ length: end - start }, (_, offset): SignedRequest => {
        const path = `/part/${start + offset}`;
        const signature = sign("PUT", path, String(expiresAt));
        return {
          method: "PUT",
          url: `${url}${path}?expires=${expiresAt}&signature=${signature}`,
          headers: { "x-part": "yes" },
          expiresAt,
        };
      });
      return { kind: "parts", completion: { by: "server" }, requests };
    },
    serve: (store) => async (request, body, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://backend");
      const expires = searchParams.get("expires") ?? "";
      const refuse = (status: number): unknown => response.writeHead(status).end("<Error/>");
      if (request.headers.authorization !== undefined) return void refuse(400);
      if (request.headers["content-length"] === undefined) return void refuse(411);
      if (request.headers["x-part"] !== "yes") return void refuse(403);
      if (searchParams.get("signature") !== sign(request.method ?? "", pathname, expires)) return void refuse(403);
      if (Number(expires) < Date.now()) return void refuse(403);
      const index = Number(pathname.split("/").at(-1));
      await store.write(index * (store.target().plan?.chunkSize ?? 0), body);
      response.writeHead(200, { etag: '"part"' }).end();
    },
  });
}
