import { bytes, isUploadError, UploadError } from "@stowage/core";
import type { Clock } from "@stowage/core";
import type { HttpExchange } from "@stowage/core/http";
import { z } from "zod";
import { readForm } from "../form/read-form.js";
import { badRequest } from "../wire/bad-request.js";

/** `upload_id` and whatever else a client puts beside it. */
const longestBody = 8 * 1024;

/** Body of `POST /upload/chunk/complete/`. */
export const completeBody = z.object({ upload_id: z.string().min(1) });

/**
 * The upload that a completion names: in a form of either coding, or in JSON. The API's page does not say which.
 *
 * @throws {UploadError} `OPTIONS_INVALID`; `INTERRUPTED` where the sender broke off
 */
export async function readUploadId(
  exchange: Pick<HttpExchange, "body" | "header">,
  clock: Pick<Clock, "now">,
): Promise<string> {
  const type = (exchange.header("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase();
  if (type === "multipart/form-data") {
    const { fields } = await readForm(exchange, { fileFields: [], fileSize: 0 }, clock);
    return checked({ upload_id: fields.get("upload_id") });
  }
  if (type === "application/x-www-form-urlencoded")
    return checked(Object.fromEntries(new URLSearchParams(await readText(exchange))));
  if (type === "application/json") return checked(parse(await readText(exchange)));
  throw badRequest("content-type: a form or JSON is needed");
}

function checked(fields: unknown): string {
  const result = completeBody.safeParse(fields);
  if (result.success) return result.data.upload_id;
  throw badRequest("upload_id: needed");
}

async function readText({ body }: Pick<HttpExchange, "body">): Promise<string> {
  try {
    return new TextDecoder().decode(await bytes(body, longestBody));
  } catch (error) {
    if (!isUploadError(error))
      throw new UploadError("INTERRUPTED", "the sender broke off", { reason: "body" }, { retry: "same", cause: error });
    if (error.code === "OBJECT_TOO_LARGE") throw badRequest(`body: over ${longestBody} bytes`);
    throw error;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest("body: not JSON");
  }
}
