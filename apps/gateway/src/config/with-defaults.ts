import { join } from "node:path";
import { entriesOf } from "./checks/raw.js";

/** What a command line or a variable says, which wins over the file. */
export interface Overrides {
  readonly host?: string;
  /** 0: any free one. */
  readonly port?: number;
  /** Relative to the working directory. */
  readonly data?: string;
  readonly log?: string;
  readonly role?: string;
  /** `node.key`. */
  readonly nodeKey?: string;
}

/** The file's value with what wins over it in place, and with policies and mounts where it has none. */
export function withDefaults(value: unknown, overrides: Overrides): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const given = value as Readonly<Record<string, unknown>>;
  const { host, port, data, log, nodeKey, role = given["role"] } = overrides;
  const listen = { ...(host === undefined ? {} : { host }), ...(port === undefined ? {} : { port }) };
  const folder = data ?? (given["data"] === undefined ? ".stowage" : given["data"]);
  const isListen = given["listen"] === undefined || entriesOf(given["listen"]).length > 0;
  return {
    policies: defaultPolicies(typeof folder === "string" ? folder : ".stowage"),
    mount: role === "slave" ? slaveMounts : masterMounts,
    ...given,
    ...(role === undefined ? {} : { role }),
    data: folder,
    ...(log === undefined ? {} : { log }),
    ...(isListen ? { listen: { ...Object.fromEntries(entriesOf(given["listen"])), ...listen } } : {}),
    ...(nodeKey === undefined ? {} : { node: { ...Object.fromEntries(entriesOf(given["node"])), key: nodeKey } }),
  };
}

const masterMounts = {
  "/api/v4": "cloudreve",
  "/uploads": "native",
  "/ImageStore": "image-store",
  "/api/v2/media": "media",
};
/** Where masters expect a node. */
const slaveMounts = { "/api/v4/slave": "cloudreve-slave" };

/** One folder on a disk of this machine, in chunks that the Cloudreve clients send four at a time. */
function defaultPolicies(data: string): unknown {
  return { default: { driver: "local", options: { root: join(data, "files") }, name: "Local disk" } };
}
