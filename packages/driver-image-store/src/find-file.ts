import type { CallOptions } from "@stowage/core";
import { z } from "zod";
import { refusalOf } from "./errors.js";
import type { UploadContext } from "./upload-context.js";

const answer = z.object({
  StoreFiles: z
    .array(
      z.object({
        StoreRelativePath: z.string(),
        FileSize: z
          .string()
          .regex(/^\d{1,16}$/)
          .transform(Number),
      }),
    )
    .nullish(),
});

/** Size of the file at the upload's path; `null` where there is none. */
export async function findFile(
  { api, path }: Pick<UploadContext, "api" | "path">,
  options: CallOptions,
): Promise<number | null> {
  const reply = await api({ method: "GET", path }, options);
  if (reply.status === 404) return null;
  const parsed = answer.safeParse(reply.data);
  if (reply.status !== 200 || !parsed.success) throw refusalOf(reply, "GetImageStoreContent");
  const files = parsed.data.StoreFiles ?? [];
  return files.find(({ StoreRelativePath }) => StoreRelativePath.replaceAll("\\", "/") === path)?.FileSize ?? null;
}
