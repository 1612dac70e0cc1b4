import { z } from "zod";

/** A path at which the gateway itself answers. */
export const ownPath = z.string().regex(/^(\/[\w.~!$&'()*+,;=:@-]+)+$/, "not a path, as in /metrics");
