import { randomBytes } from "node:crypto";
import { configuredArguments, gateway } from "./programs.js";
import type { Subject } from "./subjects.js";

const key = randomBytes(32).toString("hex");

/** The gateway as a storage node, which takes chunks from the clients of its master. */
export const stowageNode: Subject = {
  name: "stowage, node",
  protocol: "cloudreve-node",
  program: gateway,
  programArguments: (folder) => configuredArguments(folder, { role: "slave", node: { key } }),
  opener: {
    program: gateway,
    programArguments: (folder, nodePort) => {
      const nodes = { node: { url: `http://127.0.0.1:${nodePort}`, key } };
      const policy = { driver: "remote", options: { node: "node" }, transfer: "direct" };
      return configuredArguments(folder, { nodes, policies: { policy } });
    },
  },
};
