import { createHmac } from "node:crypto";
import { openBackend } from "./store.js";
import type { Backend, Fault } from "./store.js";

const key = "the backend's own";

/** One multipart/form-data POST with a signed policy, as Upyun has it: the fields first, the file last. */
export function signedForm(
  options: { readonly ttlMs?: number; readonly nextFault?: () => Fault } = {},
): Promise<Backend> {
  const sign = (policy: string): string => createHmac("sha1", key).update(policy).digest("base64");
  return openBackend("form", {
    ...(options.nextFault === undefined ? {} : { nextFault: options.nextFault }),
    grant: (url, target) => {
      const expiresAt = Date.now() + (options.ttlMs ?? 60_000);
      const policy = Buffer.from(JSON.stringify({ expiration: expiresAt, size: target.size })).toString("base64");
      return {
        kind: "form",
        completion: { by: "backend" },
        request: { method: "POST", url: `${url}/bucket`, headers: {}, expiresAt },
        fields: { policy, authorization: sign(policy) },
      };
    },
    serve: (store) => async (request, body, response) => {
      const refuse = (status: number): unknown => response.writeHead(status).end("{}");
      const type = request.headers["content-type"] ?? "";
      if (request.headers.authorization !== undefined || !type.startsWith("multipart/form-data; boundary="))
        return void refuse(400);
      const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
      if ([...form.keys()].join(" ") !== "policy authorization file") return void refuse(400);
      const policy = form.get("policy") as string;
      if (form.get("authorization") !== sign(policy)) return void refuse(403);
      const { expiration, size } = JSON.parse(Buffer.from(policy, "base64").toString()) as Record<string, number>;
      if ((expiration ?? 0) < Date.now()) return void refuse(403);
      const file = form.get("file");
      if (file === null || typeof file === "string" || file.size !== size) return void refuse(400);
      await store.write(0, Buffer.from(await file.arrayBuffer()));
      await store.finish();
      response.writeHead(200).end("{}");
    },
  });
}
