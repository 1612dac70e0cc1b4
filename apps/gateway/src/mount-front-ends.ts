import type { GatewayConfig } from "./config/config-schema.js";
import type { FrontEndContext, RunningProtocol } from "./front-ends/front-end.js";
import { knownFrontEnd } from "./known-front-end.js";
import { prefixOf } from "./mount-prefix.js";

/** A front-end at its prefix. */
export interface FrontEndMount {
  readonly prefix: string;
  readonly protocol: RunningProtocol;
}

/** The front-ends of a configuration, made, each at its prefix. */
export function mountFrontEnds(
  { mount }: Pick<GatewayConfig, "mount">,
  context: FrontEndContext,
): readonly FrontEndMount[] {
  return Object.entries(mount).map(([prefix, given]) => {
    const { protocol, ...options } = typeof given === "string" ? { protocol: given } : given;
    const frontEnd = knownFrontEnd(protocol);
    if (frontEnd === null) throw new TypeError(`no front-end is called ${protocol}`);
    return { prefix: prefixOf(prefix), protocol: frontEnd.make(options, context) };
  });
}
