import mime from "mime";
import { nameOf } from "@stowage/core/catalog";

/** The type that the client names, else what the name's extension stands for. */
export function mediaTypeOf(given: string | null | undefined, path: string): string {
  return given || (mime.getType(nameOf(path)) ?? "application/octet-stream");
}
