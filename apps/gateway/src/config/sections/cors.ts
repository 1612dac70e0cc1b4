import { z } from "zod";
import { origin } from "../origin.js";
import { flag } from "../quantities.js";

export const corsSchema = z
  .strictObject({
    origins: z
      .union([z.enum(["loopback", "*"]), z.array(origin)])
      .prefault("loopback")
      .meta({
        description: "Pages that may use the gateway from a browser: of this machine, any, or those of these origins.",
      }),
    credentials: flag()
      .prefault(false)
      .meta({ description: "Whether browsers send cookies and client certificates along; not with `*`." }),
  })
  .prefault({});
