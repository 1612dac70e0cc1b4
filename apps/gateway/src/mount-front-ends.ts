import type { Mount } from "@stowage/server";
import type { GatewayConfig } from "./config/config-schema.js";
import type { FrontEndContext } from "./front-ends/front-end.js";
import { knownFrontEnd } from "./known-front-end.js";
import { prefixOf } from "./mount-prefix.js";

/** The front-ends of a configuration, made, each at its prefix. */
export function mountFrontEnds({ mount }: Pick<GatewayConfig, "mount">, context: FrontEndContext): readonly Mount[] {
  return Object.entries(mount).map(([prefix, given]) => {
    const { protocol, ...options } = typeof given === "string" ? { protocol: given } : given;
    const frontEnd = knownFrontEnd(protocol);
    if (frontEnd === null) throw new TypeError(`no front-end is called ${protocol}`);
    return { prefix: prefixOf(prefix), protocol: frontEnd.make(options, context) };
  });
}
