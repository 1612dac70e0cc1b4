import { media } from "@stowage/protocol-media";
import { z } from "zod";
import { size } from "../config/quantities.js";
import { frontEnd } from "./front-end.js";

const types = (description: string) => z.array(z.string()).min(1).optional().meta({ description });

const options = z.strictObject({
  title: z.string().min(1).prefault("Stowage media").meta({ description: "Title of the OpenAPI document." }),
  maxImage: size(1).prefault("5 MiB").meta({ description: "Most bytes of an image." }),
  maxDocument: size(1).prefault("50 MiB").meta({ description: "Most bytes of a document." }),
  maxChunk: size(1).prefault("200 KiB").meta({ description: "Most bytes of a chunk; at most 1 MiB." }),
  imageTypes: types(
    "Media types that the bytes of an image may have. Default: JPEG, PNG, APNG, GIF, WebP, AVIF and HEIC.",
  ),
  documentTypes: types(
    "The same for documents; `text/plain` for text. Default: PDF, RTF, DOCX, XLSX, PPTX, ODT, ODS and ODP.",
  ),
  path: z
    .string()
    .prefault("/media/{id}.{ext}")
    .meta({ description: "Where a file appears in its owner's files, of `{id}`, `{name}`, `{ext}` and `{kind}`." }),
  policy: z
    .string()
    .optional()
    .meta({ description: "The one policy of all its uploads. Else the routing rules decide." }),
});

/** The media chunk API; its clients expect it at `/api/v2/media`. */
export const mediaFrontEnd = frontEnd(options, ({ imageTypes, documentTypes, policy, ...rest }, { runtime }) =>
  media(
    {
      ...rest,
      ...(imageTypes === undefined ? {} : { imageTypes }),
      ...(documentTypes === undefined ? {} : { documentTypes }),
      ...(policy === undefined ? {} : { policy }),
    },
    runtime,
  ),
);
