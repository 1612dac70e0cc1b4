import type { Caller } from "@stowage/core";
import type { Identify } from "@stowage/core/http";
import type { GatewayConfig } from "../config/config-schema.js";
import { fromLoopback } from "./loopback.js";

/** Without accounts, all who sit at this machine are one owner. */
const local: Caller = { owner: "local", groups: [] };

/** Who those are that show no token, as the configuration wants it. */
export function anonymous(config: Pick<GatewayConfig, "identity" | "users" | "listen">): Identify {
  const kind = anonymousKind(config);
  if (kind === "off") return () => null;
  if (kind === "loopback") return fromLoopback(config.listen.host, local);
  const { owner, groups, from } = kind;
  const caller: Caller = { owner, groups };
  return from === "anywhere" ? () => caller : fromLoopback(config.listen.host, caller);
}

/** The owner at this machine is there by default only while the file names nobody else. */
export function anonymousKind({
  identity,
  users,
}: Pick<GatewayConfig, "identity" | "users">): NonNullable<GatewayConfig["identity"]["anonymous"]> {
  if (identity.anonymous !== undefined) return identity.anonymous;
  const isAlone = identity.tokens.length === 0 && identity.jwt === undefined && Object.keys(users).length === 0;
  return isAlone ? "loopback" : "off";
}
