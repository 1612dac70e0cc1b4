import { z } from "zod";
import { origin } from "../origin.js";
import { count } from "../quantities.js";

export const listenSchema = z
  .strictObject({
    host: z
      .string()
      .regex(/^[^\s/]+$/, "not a host name or an address")
      .prefault("127.0.0.1")
      .meta({ description: "Address to listen on. `--host` and `STOWAGE_HOST` win." }),
    port: count(0, 65_535)
      .prefault(5212)
      .meta({ description: "Port to listen on; 0 for any free one. `--port` and `STOWAGE_PORT` win." }),
    publicOrigin: origin.optional().meta({
      description: "Scheme and host that clients use, where a proxy in front hides them. Else those of the request.",
    }),
  })
  .prefault({});
