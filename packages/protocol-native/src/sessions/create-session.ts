import type { CreateUpload } from "@stowage/core";
import { nameOf } from "@stowage/core/catalog";
import mime from "mime";
import type { z } from "zod";
import type { Call } from "../call.js";
import type { Outcome } from "../wire/outcome.js";
import { readJson } from "../wire/read-json.js";
import { createBody } from "../wire/schemas.js";
import { describeStatus } from "./describe-session.js";
import { ownedId } from "./owned-id.js";

/**
 * `POST /sessions`: opens a session, or finds the one that the same request made before. An empty file is finished at
 * once, as it has no chunk to wait for.
 */
export async function createSession(call: Call): Promise<Outcome> {
  const { engine, options, prefix, owner } = call;
  const body = await readJson(call.exchange, createBody);
  const id = body.id === undefined ? undefined : await ownedId(owner, body.id);
  const created = await engine.create(requestOf(body, id), options);
  if (body.size === 0 && created.state === "open") await engine.complete(created.id, options);
  const status = await engine.status(created.id, options);
  const location = `${prefix}/sessions/${created.id}`;
  return { kind: "done", status: 201, data: await describeStatus(call, status), headers: { location } };
}

function requestOf(body: z.output<typeof createBody>, id: string | undefined): CreateUpload {
  const { path, size, contentType, policy, modifiedAt, metadata, checksum, onConflict } = body;
  return {
    ...(id === undefined ? {} : { id }),
    policyId: policy ?? null,
    protocol: "native",
    path,
    size,
    framing: "planned",
    completion: "when-full",
    onConflict: onConflict ?? "refuse",
    // Routing rules may ask for it, and not every client knows.
    contentType: contentType ?? mime.getType(nameOf(path)) ?? "application/octet-stream",
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(checksum === undefined ? {} : { checksum }),
  };
}
