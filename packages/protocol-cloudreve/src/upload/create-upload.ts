import { isUploadError, UploadError } from "@stowage/core";
import type { CreateUpload } from "@stowage/core";
import type { OwnCall } from "../call.js";
import { callbackSecret } from "../callback/callback-secret.js";
import { openUpload } from "../direct/open-upload.js";
import { policyType } from "../direct/policy-type.js";
import type { PolicyType } from "../direct/policy-type.js";
import { badRequest } from "../wire/bad-request.js";
import { done, failed } from "../wire/envelope.js";
import type { Outcome } from "../wire/envelope.js";
import { checkNewPath } from "../wire/names.js";
import { readJson } from "../wire/read-json.js";
import { createUploadBody } from "../wire/schemas.js";
import { ownPath } from "../wire/uri.js";
import { conflictRule } from "./conflict-rule.js";
import { printCredential } from "./credential.js";
import { mediaTypeOf } from "./media-type.js";
import { findPolicy } from "./storage-policy.js";
import { makeWireFacts } from "./wire-facts.js";

/** `PUT /file/upload`: opens a session. Missing folders are made when the file is published. */
export async function createUpload(call: OwnCall): Promise<Outcome> {
  const body = await readJson(call.exchange.body, createUploadBody);
  const path = ownPath(body.uri, call.owner);
  const policyId = wishedPolicy(call, body.policy_id ?? "", path);
  if (path === "/") return failed(40004, "the root is a folder");
  checkNewPath(path);
  if (body.entity_type === "live_photo") return refuseLivePhoto(call, path);
  const form = formOf(call, body.policy_id ?? "");
  const facts = makeWireFacts(body.uri, call.exchange.header("x-cr-purchase-ticket"), form);
  const request: CreateUpload = {
    policyId,
    protocol: "cloudreve",
    wire: facts,
    path,
    size: body.size ?? 0,
    framing: "planned",
    completion: "when-full",
    contentType: mediaTypeOf(body.mime_type, path),
    metadata: body.metadata ?? {},
    ...((body.last_modified ?? 0) > 0 ? { modifiedAt: body.last_modified as number } : {}),
    ...(await conflictRule(call, path, body)),
  };
  const opened = await openUpload(call, request, facts).catch((error: unknown) => {
    throw asMiddleFile(error, path);
  });
  if (opened === null) return failed(40049, "file too large: the URLs of its parts do not fit into one answer");
  const secret = await callbackSecret(call.keys, opened.session.id);
  return done(printCredential(opened, facts, secret, call.engine.policies()));
}

/** The web client uploads as the policy says that it took from the listing, and names it; others as the session says. */
function formOf({ engine }: OwnCall, wish: string): PolicyType {
  const named = findPolicy(engine.policies(), wish);
  return named === undefined ? "local" : policyType(named);
}

/**
 * Clients send the policy of the listing, which knows neither size nor type of the file: naming that one leaves
 * the choice to the routing rules.
 */
function wishedPolicy({ engine, settings }: OwnCall, wish: string, path: string): string | null {
  if (wish === "") return null;
  if (!engine.policies().some(({ id }) => id === wish)) throw badRequest("policy_id: unknown policy");
  return settings.clientChoosesPolicy && wish !== engine.policyFor(path).id ? wish : null;
}

/** A file among the folders of the path is no conflict that overwriting or renaming could solve. */
function asMiddleFile(error: unknown, path: string): unknown {
  if (!isUploadError(error) || error.code !== "OBJECT_EXISTS" || error.details.path === path) return error;
  const reason = "a file is in the way where a folder is needed";
  return new UploadError("FORBIDDEN", reason, { reason }, { cause: error });
}

async function refuseLivePhoto({ engine, options }: OwnCall, path: string): Promise<Outcome> {
  const there = await engine.find({ path }, options);
  return there === null ? failed(40016, "the photo does not exist") : failed(403, "live photos are not offered here");
}
