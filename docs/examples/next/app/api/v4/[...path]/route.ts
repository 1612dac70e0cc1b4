import { nextHandlers } from "@stowage/server/next";
import { openUploadDoor } from "../../../../upload-door";

export const runtime = "nodejs";
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = nextHandlers({ door: openUploadDoor });
