import type { SlaveFact } from "@stowage/cloudreve-wire";
import { done, failed } from "../../wire/envelope.js";
import type { Outcome } from "../../wire/envelope.js";
import { crc32Of } from "../upload/session-status.js";
import type { SlaveCall } from "../slave-call.js";
import { findFile } from "./find-file.js";

/** `GET /slave/file/meta/{path}/{ext}`: what the node knows of a file, in JSON. It does not look into the bytes. */
export async function fileMeta(call: SlaveCall): Promise<Outcome> {
  const entry = await findFile(call, call.parts[0] ?? "");
  if (entry === null) return failed(40044, "file not found");
  const crc = crc32Of(entry.object.checksum);
  const facts: SlaveFact[] = [
    { Type: "file", Key: "size", Value: String(entry.object.size) },
    { Type: "file", Key: "content_type", Value: entry.contentType },
    { Type: "file", Key: "modified_at", Value: new Date(entry.modifiedAt).toISOString() },
    ...(crc === null ? [] : [{ Type: "file", Key: "crc32", Value: crc }]),
  ];
  return done(facts);
}
