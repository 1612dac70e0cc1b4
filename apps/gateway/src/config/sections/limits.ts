import { z } from "zod";
import { count, size } from "../quantities.js";

const mebibyte = 1024 * 1024;

export const limitsSchema = z
  .strictObject({
    uploadsPerMinute: count(1)
      .optional()
      .meta({ description: "Uploads that one owner may begin in a minute. Default: any number." }),
    callsPerMinute: count(1)
      .optional()
      .meta({ description: "Requests of one owner in a minute, chunks too. Default: any number." }),
    writesAtOnce: count(1)
      .optional()
      .meta({ description: "Bodies of one owner on their way in at the same time. Default: any number." }),
    memory: size(mebibyte)
      .prefault("8 MiB")
      .meta({ description: "What all uploads together may keep in memory; at least 1 MiB. Who gets nothing waits." }),
  })
  .prefault({});
