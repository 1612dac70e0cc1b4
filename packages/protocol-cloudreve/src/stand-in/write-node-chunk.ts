import { credentialScheme } from "@stowage/cloudreve-wire";
import type { SignedCall } from "../call.js";
import { finishUpload } from "../callback/finish-upload.js";
import { sizedBody } from "../upload/body-length.js";
import { chunkIndexOf, noChunkIndex } from "../upload/chunk-index.js";
import { done } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";
import { signedSession } from "./signed-session.js";

/**
 * `POST /file/upload/remote/{sessionId}/chunk?chunk=N`: one chunk from a client that believes it speaks to a node. The last
 * one completes the upload: such a client says nothing at the end.
 */
export async function writeNodeChunk(call: SignedCall): Promise<Outcome> {
  const { exchange, options } = call;
  const given = exchange.header("authorization") ?? "";
  const sign = given.startsWith(credentialScheme) ? given.slice(credentialScheme.length) : null;
  const { session, uploads } = await signedSession(call, "remote", sign);
  const index = chunkIndexOf(exchange.url.searchParams.get("chunk") ?? "0");
  if (index === null) return { kind: "failed", failure: noChunkIndex };
  const written = await uploads.write(session.id, { index }, sizedBody(exchange), options);
  const isWhole = written.object === null && written.received === session.target.size;
  if (isWhole) await finishUpload(uploads, await uploads.session(session.id, options), options);
  return done();
}
