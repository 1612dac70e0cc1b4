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
    memory: size(mebibyte).optional().meta({
      description:
        "What all uploads together may keep in memory; at least 1 MiB. Who gets nothing waits, or has its parts sent as they come, once. Default: 8 MiB, and 32 MiB where a policy stores elsewhere than on a disk of this machine.",
    }),
  })
  .prefault({});
