import { z } from "zod";
import { name } from "../name.js";
import { origin } from "../origin.js";
import { duration } from "../quantities.js";
import { secret } from "../secret.js";

/** What this gateway is to others. */
export const roleSchema = z.enum(["master", "slave"]).prefault("master").meta({
  description:
    "`master`: the gateway has users, and clients find it. `slave`: it stores for a master, and its one mount by default is the front-end of nodes. `--role` and `STOWAGE_ROLE` win.",
});

/** This gateway as a node of a master. */
export const ownNodeSchema = z
  .strictObject({
    key: secret.optional().meta({
      description: "The key that a slave shares with its master, at least 32 characters. `STOWAGE_NODE_KEY` wins.",
    }),
  })
  .prefault({});

const node = z.strictObject({
  url: origin.meta({ description: "Where the node answers: scheme and host, as in `https://node.example`." }),
  key: secret.meta({ description: "The key that the node has as its `node.key`." }),
  directUrl: origin.optional().meta({ description: "Where clients reach the node, if not at `url`." }),
  siteUrl: origin.optional().meta({
    description:
      "Where the node reaches this gateway with its callbacks; `stowage check` has it try. Default: `listen.publicOrigin`, or on loopback the host that the client asked.",
  }),
  timeout: duration(100)
    .prefault("10s")
    .meta({ description: "How long the node may take for an answer to anything but a chunk or a completion." }),
});

/** The nodes that policies with the driver `remote` store on. */
export const nodesSchema = z.record(name, node).prefault({});

/** One node, as its master's file has it. */
export type NodeSettings = z.output<typeof node>;
