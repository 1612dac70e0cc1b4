import { slaveRemoveBody } from "@stowage/cloudreve-wire";
import { isUploadError } from "@stowage/core";
import { done } from "../../wire/envelope.js";
import type { Outcome } from "../../wire/envelope.js";
import { signedJson } from "../signed-json.js";
import type { SlaveCall } from "../slave-call.js";
import { filePath } from "./file-path.js";
import { findAt } from "./find-file.js";

/**
 * `DELETE /slave/file`: files, one after the other; one that is gone is a success. Folders are never removed. What is still
 * there after that is listed, with code 203.
 */
export async function removeFiles(call: SlaveCall): Promise<Outcome> {
  const { files } = signedJson(call.body, slaveRemoveBody);
  const left: string[] = [];
  for (const file of new Set(files)) {
    if (!(await remove(call, file))) left.push(file);
  }
  if (left.length === 0) return done();
  return { kind: "failed", failure: { code: 203, msg: `${left.length} files could not be deleted`, data: left } };
}

async function remove(call: SlaveCall, file: string): Promise<boolean> {
  try {
    const entry = await findAt(call, filePath(file));
    if (entry !== null) await call.engine.remove(entry.id, call.options);
    return true;
  } catch (error) {
    if (isUploadError(error) && error.code === "ENTRY_NOT_FOUND") return true;
    if (isUploadError(error) && error.code !== "INTERNAL") return false;
    throw error;
  }
}
