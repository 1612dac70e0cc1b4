import { type NodeSigner, nodeSigner, readEnvelope } from "@stowage/cloudreve-wire";
import { nodeKey } from "./on-network.js";

/** What came of a request, as far as anybody outside can see. */
export interface Seen {
  readonly status: number;
  /** Of the envelope; `null`: there is none. */
  readonly code: number | null;
  readonly msg: string | null;
}

/** Signs as the master and its nodes do. */
export const ours = nodeSigner([nodeKey]);
/** Signs with another key. */
export const theirs = nodeSigner(["o".repeat(64)]);

/** In seconds since 1970. */
export function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}

/** The value of `Authorization` for a path without a body. */
export function headerFor(path: string, signer: NodeSigner = ours, until = inSeconds(60)): Promise<string> {
  return signer.signHeader({ path, headers: {}, body: "" }, until);
}

/** Sends it, and tells all that its answer shows. */
export async function ask(url: string, init: RequestInit): Promise<Seen> {
  const answer = await fetch(url, init);
  const envelope = readEnvelope(await answer.text());
  return { status: answer.status, code: envelope?.code ?? null, msg: envelope?.msg ?? null };
}
