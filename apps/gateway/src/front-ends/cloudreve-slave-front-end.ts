import { cloudreveSlave } from "@stowage/protocol-cloudreve/slave";
import { z } from "zod";
import { duration } from "../config/quantities.js";
import { frontEnd } from "./front-end.js";

const options = z.strictObject({
  owner: z.string().min(1).prefault("node").meta({
    description: "Whose files a master's are here. Another master needs another node, with a key of its own.",
  }),
  version: z
    .string()
    .regex(/^4\.\d+\.\d+$/, "not a version like 4.14.0")
    .prefault("4.14.0")
    .meta({ description: "The Cloudreve version of the node; that of its master has to be the same." }),
  pingTimeout: duration()
    .prefault("10s")
    .meta({ description: "How long a master may take to answer when it has itself asked back." }),
  callbackTimeout: duration().prefault("20s").meta({ description: "How long a master may take to answer a callback." }),
  callbackWait: duration().prefault("5s").meta({
    description: "How long the answer to the last chunk waits for the callback, which is delivered later all the same.",
  }),
  rescan: duration()
    .prefault("60s")
    .meta({ description: "Between two looks for callbacks that an ended process left." }),
});

/** A node of a Cloudreve v4 master, which expects it at `/api/v4/slave`. */
export const cloudreveSlaveFrontEnd = frontEnd(
  options,
  ({ owner, version, pingTimeout, callbackTimeout, callbackWait, rescan }, { runtime, nodeKey, room }) =>
    cloudreveSlave(
      {
        // Without one the file is refused (`checks/nodes.ts`), and this is that check's own rehearsal.
        key: nodeKey ?? "0".repeat(32),
        owner,
        version,
        room,
        pingTimeoutMs: pingTimeout,
        callbackTimeoutMs: callbackTimeout,
        callbackWaitMs: callbackWait,
        rescanMs: rescan,
      },
      runtime,
    ),
  null,
);
