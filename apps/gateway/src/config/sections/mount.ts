import { z } from "zod";

export const mountSchema = z.record(
  z.string().regex(/^(\/|(\/[\w.~!$&'()*+,;=:@-]+)+\/?)$/, "not a path prefix, as in /uploads"),
  z.union([z.string(), z.looseObject({ protocol: z.string().meta({ description: "Which front-end answers here." }) })]),
);
