import { type Chance, chance } from "../chance.js";
import { mib } from "../size.js";
import { type Host, newHost } from "./host.js";

/** The key that a master shares with its nodes. */
export const nodeKey = "k".repeat(64);

/** A master and its nodes, each a process of its own with its own port and data. */
export interface Network {
  readonly master: Host;
  readonly near: Host;
  /** A second node, which only runs where the plan has it. */
  readonly far: Host;
  readonly chance: Chance;
  /** Ends all processes, and removes their data. */
  close(): Promise<void>;
}

/** What a scenario wants otherwise. */
export interface NetworkPlan {
  readonly far?: boolean;
  /** Nothing in between: for large files. Default: `false`. */
  readonly isBare?: boolean;
  /** Bytes. Default: 1 MiB. */
  readonly chunkSize?: number;
  /** Of the policies of the master, as a configuration has it. */
  readonly session?: object;
  /** Of the policy of the nodes. */
  readonly nodeSession?: object;
  /** Options of the nodes' front-end. */
  readonly mount?: object;
  /** Pages whose requests the master takes. */
  readonly origins?: readonly string[];
  /** More of the nodes' configuration; wins. */
  readonly node?: object;
  /** More of the master's configuration; wins. */
  readonly master?: object;
}

/**
 * A master with the policies `direct`, `through` (both on the node `near`), `far` (direct) and `disk` (its own). The first
 * folder of a path names the policy; `/any` goes to `near` unless it is down. What passes between the hosts, and from clients to
 * nodes, goes over their lines.
 */
export async function openNetwork(plan: NetworkPlan): Promise<Network> {
  const [master, near, far] = await Promise.all([newHost(), newHost(), newHost()]);
  const close = async (): Promise<void> => {
    await Promise.all([master, near, far].map((host) => host.close()));
  };
  try {
    await Promise.all([near, far].map((host) => host.configure(nodeConfig(plan, host))));
    await master.configure(masterConfig(plan, { master, near, far }));
    await Promise.all([near, ...(plan.far === true ? [far] : [])].map((host) => host.start()));
    await master.start();
  } catch (error) {
    await close();
    throw error;
  }
  return { master, near, far, chance: chance(), close };
}

/** Runs a scenario on a network, which ends with it. */
export async function onNetwork(plan: NetworkPlan, scenario: (network: Network) => Promise<void>): Promise<void> {
  const network = await openNetwork(plan);
  try {
    await telling(network, () => scenario(network));
  } finally {
    await network.close();
  }
}

/** What fails in it tells the seed, and what the gateways said last. */
export async function telling(network: Network, scenario: () => Promise<void>): Promise<void> {
  try {
    await scenario();
  } catch (error) {
    const { master, near, far, chance: luck } = network;
    const said = [master, near, far].map((host) => host.complaints()).join("");
    throw new Error(`with STOWAGE_CRASH_SEED=${luck.seed}; the gateways said: ${said.slice(-4000)}`, { cause: error });
  }
}

function nodeConfig({ mount = {}, nodeSession = {}, node = {} }: NetworkPlan, { data }: Host): object {
  const disk = { driver: "local", options: { root: `${data.path}/files`, minFree: 0 }, session: nodeSession };
  return {
    role: "slave",
    node: { key: nodeKey },
    policies: { disk },
    mount: { "/api/v4/slave": { protocol: "cloudreve-slave", ...mount } },
    ...node,
  };
}

function masterConfig(plan: NetworkPlan, hosts: Pick<Network, "master" | "near" | "far">): object {
  const { chunkSize = mib, session = {}, origins = [], master = {} } = plan;
  const common = { chunks: { size: chunkSize, parallel: 4 }, session };
  const on = (node: string, transfer: string): object => ({
    driver: "remote",
    options: { node },
    transfer,
    ...common,
  });
  const disk = { driver: "local", options: { root: `${hosts.master.data.path}/files`, minFree: 0 }, ...common };
  const placeOf = ({ url, line }: Host): string => (plan.isBare === true ? url : line.endpoint);
  const nodeAt = (host: Host): object => ({
    url: placeOf(host),
    key: nodeKey,
    siteUrl: placeOf(hosts.master),
    timeout: "2s",
  });
  return {
    nodes: { near: nodeAt(hosts.near), ...(plan.far === true ? { far: nodeAt(hosts.far) } : {}) },
    policies: {
      direct: on("near", "direct"),
      through: on("near", "through"),
      ...(plan.far === true ? { far: on("far", "direct") } : {}),
      disk,
    },
    routing: [
      { when: { path: "/direct" }, use: "direct" },
      { when: { path: "/through" }, use: "through" },
      ...(plan.far === true ? [{ when: { path: "/far" }, use: "far" }] : []),
      { when: { path: "/any" }, use: { direct: 1_000_000, disk: 1 } },
      // Nothing for all: else the paths above would go there while their node is down.
      { when: { path: "/disk" }, use: "disk" },
    ],
    ...(origins.length === 0 ? {} : { cors: { origins } }),
    ...master,
  };
}
