import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { ProxyRule } from "@stowage/servers";
import { chunkIndices } from "../cloudreve-client.js";
import type { SourceFile } from "../source-file.js";
import type { Host } from "./host.js";
import { chunkOf, type NodeUpload, sendToNode } from "./node-client.js";
import type { Network } from "./on-network.js";
import { until } from "./until.js";

/** An upload that is brought to a moment in which something ends. */
export interface Moment {
  readonly name: string;
  /** Resolves when it has come; what was begun goes on, or fails, by itself. */
  readonly reach: (network: Network, upload: NodeUpload, source: SourceFile) => Promise<void>;
}

/** Long enough for a kill, and shorter than anybody waits. */
const holdMs = 1500;
const callbacks = { method: "POST", contains: "/callback/" } as const;

/** Moments of an upload that goes straight to a node, in their order. */
export const moments: readonly Moment[] = [
  { name: "amid a chunk", reach: amidChunk },
  {
    name: "after the last chunk, before the callback gets anywhere",
    reach: lastChunkWith("master", { ...callbacks, effect: { kind: "answer", status: 503, code: "Down" } }),
  },
  {
    name: "while the callback is on its way",
    reach: lastChunkWith("master", { ...callbacks, effect: { kind: "delay", ms: holdMs } }),
  },
  {
    name: "while the master, which heard it, asks the node",
    reach: lastChunkWith("near", { method: "GET", contains: "/slave/upload/", effect: { kind: "delay", ms: holdMs } }),
  },
  {
    name: "when the answer to the callback is lost",
    reach: lastChunkWith("master", { ...callbacks, effect: { kind: "drop-answer" } }),
  },
];

/** Half of a chunk has come to the node. */
async function amidChunk({ near, chance }: Network, upload: NodeUpload, source: SourceFile): Promise<void> {
  const [first = 0, second = 0] = chance.shuffled(chunkIndices(upload));
  await sendToNode(upload, first, chunkOf(source, upload, first));
  const before = near.line.requests();
  const body = chunkOf(source, upload, second);
  const outgoing = request(`${upload.nodeUrl}?chunk=${second}`, {
    method: "POST",
    agent: false,
    headers: { authorization: upload.credential, "content-length": body.length },
  });
  outgoing.on("error", () => {});
  // A client that never sends the rest, and is gone after a while.
  outgoing.setTimeout(holdMs, () => outgoing.destroy());
  outgoing.write(body.subarray(0, body.length / 2));
  await until("the node has heard of the chunk", () => near.line.requests() > before);
  await sleep(50 + chance.below(100));
}

/** All chunks; what follows the last one meets a rule on the line to a host. */
function lastChunkWith(to: "master" | "near", rule: ProxyRule): Moment["reach"] {
  return async (network, upload, source) => {
    const indices = chunkIndices(upload);
    const last = indices.pop() ?? 0;
    for (const index of indices) await sendToNode(upload, index, chunkOf(source, upload, index));
    const { line }: Host = network[to];
    const count = line.events().length;
    line.setRules([rule]);
    sendToNode(upload, last, chunkOf(source, upload, last)).catch(() => {});
    await until("the rule was met", () => line.events().length > count);
  };
}
