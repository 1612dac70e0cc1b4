import type { IncomingMessage, ServerResponse } from "node:http";
import { percentDecode } from "../signature/percent.js";

/** A request with its address taken apart. */
export interface S3Request {
  readonly method: string;
  /** As it came over the wire, without the query. */
  readonly rawPath: string;
  /** Decoded, in the order of the wire. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** `null` for the account's root. */
  readonly bucket: string | null;
  /** `null` for the bucket itself. */
  readonly key: string | null;
  /** Lower-case, each as often as it came. */
  readonly headerNames: readonly string[];
  /** Asks a client that waits for `100 Continue` to go on. Whoever stops reading can still answer. To be called once. */
  body(): AsyncIterable<Uint8Array>;
  /** The first of that name, `""` where it has no value; `null`: absent. */
  parameter(name: string): string | null;
  /** Lower-case name; repeated fields joined by a comma. */
  header(name: string): string | null;
}

/**
 * Takes the address apart: bucket in the path, or before `domain` in the Host field.
 *
 * @throws InvalidURI
 */
export function readS3Request(message: IncomingMessage, response: ServerResponse, domain: string): S3Request {
  const target = message.url ?? "/";
  const mark = target.indexOf("?");
  const rawPath = mark === -1 ? target : target.slice(0, mark);
  const query = mark === -1 ? [] : readQuery(target.slice(mark + 1));
  const headers = joinHeaders(message.rawHeaders);
  const path = percentDecode(rawPath.replace(/^\//, ""));
  const host = (headers.get("host") ?? "").replace(/:\d+$/, "").toLowerCase();
  const isVirtual = host.endsWith(`.${domain}`);
  const slash = path.indexOf("/");
  const bucket = isVirtual ? host.slice(0, -domain.length - 1) : slash === -1 ? path : path.slice(0, slash);
  const key = isVirtual ? path : slash === -1 ? "" : path.slice(slash + 1);
  return {
    method: message.method ?? "GET",
    rawPath,
    query,
    bucket: bucket === "" ? null : bucket,
    key: key === "" ? null : key,
    headerNames: message.rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase()),
    body: () => {
      if (headers.get("expect")?.toLowerCase() === "100-continue") response.writeContinue();
      return message.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
    },
    parameter: (name) => query.find(([one]) => one === name)?.[1] ?? null,
    header: (name) => headers.get(name) ?? null,
  };
}

function readQuery(text: string): (readonly [string, string])[] {
  return text
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const [, name = "", value = ""] = /^([^=]*)=?(.*)$/.exec(pair.replaceAll("+", " ")) ?? [];
      return [percentDecode(name), percentDecode(value)] as const;
    });
}

/** Node drops or keeps a repeated field by its name; a signature is over all of them. */
function joinHeaders(raw: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (let at = 0; at < raw.length; at += 2) {
    const name = (raw[at] ?? "").toLowerCase();
    // Node hands out octets as Latin-1; S3 reads UTF-8.
    const value = Buffer.from(raw[at + 1] ?? "", "latin1").toString("utf8");
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}
