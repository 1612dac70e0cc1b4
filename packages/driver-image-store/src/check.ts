import { isUploadError } from "@stowage/core";
import type { CallOptions, CheckFinding } from "@stowage/core";
import type { ImageStoreSettings } from "./options.js";
import type { StoreApi, StoreReply } from "./store-api.js";

/** Asks for a session that nobody has: that takes a server, credentials, the version and the chunk calls. */
export async function check(
  api: StoreApi,
  settings: ImageStoreSettings,
  options: CallOptions,
): Promise<readonly CheckFinding[]> {
  try {
    const session = crypto.randomUUID();
    const reply = await api({ method: "GET", operation: "GetUploadSession", session }, options);
    const finding = findingOf(reply, settings);
    return finding === null ? [] : [finding];
  } catch (error) {
    if (!isUploadError(error)) throw error;
    return [broken("endpoint", error.message, "see that the server runs, and can be reached from here")];
  }
}

function findingOf({ status, code, data }: StoreReply, { apiVersion }: ImageStoreSettings): CheckFinding | null {
  if (status === 204 || (status === 200 && hasSessions(data))) return null;
  if (status === 401 || status === 403)
    return broken("credentials", `the server answers ${status}`, "set token or headers to what it wants");
  if (status === 400)
    return broken("apiVersion", `the server refuses ${apiVersion} (${code || 400})`, "set apiVersion to one it serves");
  if (status >= 500) return broken("endpoint", `the server answers ${status}`, "see what is wrong with the server");
  return broken(
    "endpoint",
    `there are no upload sessions (${status})`,
    "set endpoint to the image store, /ImageStore included; gateways of Service Fabric on Linux have no chunk calls",
  );
}

function hasSessions(data: unknown): boolean {
  return typeof data === "object" && data !== null && "UploadSessions" in data;
}

function broken(subject: string, message: string, mend: string): CheckFinding {
  return { severity: "error", subject, message, mend };
}
