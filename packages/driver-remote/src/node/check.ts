import { codes } from "@stowage/cloudreve-wire";
import { isUploadError } from "@stowage/core";
import type { CallOptions, CheckFinding } from "@stowage/core";
import type { NodeApi } from "../node-api.js";
import type { NodeReply } from "../node-reply.js";
import { signatureLifeMs } from "../node-api.js";
import { askPing, readPong } from "./ask-pong.js";

/** Beyond it something is wrong with a clock; signatures still hold. */
const mostSkewMs = 30_000;

/** Reachable there and, where we know where we are, back; the same key and version; clocks that agree; room. */
export async function check(node: NodeApi, options: CallOptions): Promise<readonly CheckFinding[]> {
  const { clock } = node.runtime;
  const before = clock.now();
  const reply = await askPing(node, "", options).catch((error: unknown) => {
    if (options.signal.aborted || !isUploadError(error)) throw error;
    return broken("url", error.message, "see that the node runs, and can be reached from here");
  });
  if ("severity" in reply) return [reply];
  const refused = refusal(reply);
  if (refused !== null) return [refused];
  const pong = readPong(reply);
  if (pong === null) return [broken("url", "no node of ours answers", "upgrade the node")];
  const skewMs = pong.now - (before + clock.now()) / 2;
  return [...checkClock(skewMs), ...(pong.is_full ? [fullFinding] : []), ...(await checkWayBack(node, options))];
}

const fullFinding = doubtful("space", "the node is full: new uploads go elsewhere", "make room on the node");

/** `null`: none. */
function refusal({ status, envelope }: NodeReply): CheckFinding | null {
  switch (envelope?.code) {
    case undefined:
      return broken("url", `no node answers (HTTP ${status})`, "set url to the node's own address");
    case codes.ok:
      return null;
    case codes.signatureInvalid:
    case codes.forbidden:
    case codes.unauthorized:
      return broken("key", "the node refuses the key", "give master and node the same key");
    case codes.signatureExpired:
      return broken("clock", "to the node our signatures are over", "set the clocks of master and node");
    case codes.versionMismatch:
      return broken("version", "the node speaks another version", "run the same release on master and node");
    case codes.notFound:
      return broken("url", "the server is no node", "start it with --role slave, or set url to the node");
    default:
      return broken("url", `the node answers code ${envelope?.code}`, "look into the node's log");
  }
}

function checkClock(skewMs: number): readonly CheckFinding[] {
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  const message = `the node's clock is ${seconds} s ${skewMs > 0 ? "ahead" : "behind"}`;
  const mend = "set the clocks of master and node";
  if (Math.abs(skewMs) >= signatureLifeMs) return [broken("clock", message, mend)];
  return Math.abs(skewMs) < mostSkewMs ? [] : [doubtful("clock", message, mend)];
}

/** Without it only what the node would tell us is lost: bytes that go through us do not need it. */
async function checkWayBack(node: NodeApi, options: CallOptions): Promise<readonly CheckFinding[]> {
  const { siteUrl } = node.settings;
  if (siteUrl === undefined) return [];
  const mend =
    "see that this gateway runs and that the node reaches it at siteUrl: direct uploads of Cloudreve's clients end with its word";
  const unreached = doubtful("siteUrl", "the node does not reach this site", mend);
  const reply = await askPing(node, siteUrl, options).catch((error: unknown) => {
    if (options.signal.aborted || !isUploadError(error)) throw error;
    // It has answered before: what it waits for now is the site, and longer than we wait for it.
    return unreached;
  });
  if ("severity" in reply) return [reply];
  if (reply.envelope?.code === codes.ok) return [];
  if (reply.envelope?.code === codes.masterUnreachable) return [unreached];
  return [{ ...(refusal(reply) ?? unreached), severity: "warning" }];
}

function broken(subject: string, message: string, mend: string): CheckFinding {
  return { severity: "error", subject, message, mend };
}

function doubtful(subject: string, message: string, mend: string): CheckFinding {
  return { severity: "warning", subject, message, mend };
}
